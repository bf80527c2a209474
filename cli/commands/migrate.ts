import { command } from "../command.ts";
import { migrateStore } from "../database.ts";
import { hidePassword } from "../secrets.ts";

/** Brings the database up to this release. */
export const migrate = command({
  name: "migrate",
  group: "Processes:",
  summary: "bring the database up to this release",
  details:
    "Harmless when it is. Other commands do it by themselves; where they may not change the schema, run " +
    "this once with a user who may.",
  examples: [
    ["migrate --db postgres://me@localhost/shop", "make the tables, in the schema baton"],
    ["migrate --db kv:orders.kv", "make the file, if there is none"],
  ],
  async run(session) {
    const ran = await migrateStore(session.database, session.common.schema);
    const shown = hidePassword(session.database);
    session.print({ database: shown, migrations: ran }, () => {
      for (const name of ran) session.say(`ran ${name}`);
      session.say(`${shown} is up to date`);
    });
  },
});
