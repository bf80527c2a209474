import { STATE_FORMAT } from "../../engine/mod.ts";
import { command } from "../command.ts";
import { migrateStore, openStore } from "../database.ts";
import { hidePassword } from "../secrets.ts";

/** Brings the database up to this release. */
export const migrate = command<{ readonly finish?: boolean }>({
  name: "migrate",
  group: "Processes:",
  summary: "bring the database up to this release",
  details:
    "Harmless when it is. Other commands do it by themselves; where they may not change the schema, run " +
    "this once with a user who may. --finish allows this release's format of instances' state, for good: give it " +
    "when no older release is at work any more; they are refused from then on.",
  options: [{
    flags: "--finish",
    description: "no older release is at work any more: use this one's formats",
  }],
  examples: [
    ["migrate --db postgres://me@localhost/shop", "make the tables, in the schema baton"],
    ["migrate --db kv:orders.kv", "make the file, if there is none"],
  ],
  async run(session, _args, { finish = false }) {
    const ran = await migrateStore(session.database, session.common.schema);
    let format: number | undefined;
    if (finish) {
      const schema = session.common.schema;
      await using store = await openStore(session.database, { ...(schema !== undefined && { schema }) });
      await store.finishFormat(STATE_FORMAT);
      format = await store.stateFormat();
    }
    const shown = hidePassword(session.database);
    session.print(
      { database: shown, migrations: ran, ...(format !== undefined && { stateFormat: format }) },
      () => {
        for (const name of ran) session.say(`ran ${name}`);
        session.say(`${shown} is up to date`);
        if (format !== undefined) session.say(`instances' state may be written in format ${format}`);
      },
    );
  },
});
