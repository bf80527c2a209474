import { command, PAGE_OPTIONS, type PageOptions } from "../command.ts";
import { jobColumns } from "../jobs_table.ts";

interface Flags extends PageOptions {
  readonly instance?: string;
  readonly type?: string;
  readonly held?: boolean;
}

/** Lists jobs. */
export const jobs = command<Flags>({
  name: "jobs",
  group: "Operations:",
  summary: "list the jobs that wait, run, or are held",
  details: "Jobs that are done are gone: history has them. docs/jobs.md tells more.",
  options: [
    { flags: "--instance <id>", description: "of this instance" },
    { flags: "--type <type>", description: "of this type" },
    { flags: "--held", description: "only those that are held: incidents, suspended instances" },
    ...PAGE_OPTIONS,
  ],
  examples: [
    ["jobs --type charge-card --db kv:orders.kv", "what waits for the handler charge-card"],
    ["jobs --held --db kv:orders.kv", "what will not run by itself"],
  ],
  async run(session, _args, { instance, type, held, take, cursor }) {
    const engine = await session.engine();
    const page = await engine.jobs.list({
      ...(instance !== undefined && { instanceId: instance }),
      ...(type !== undefined && { type: type.toLowerCase() }),
      ...(held && { held }),
      ...(take !== undefined && { take }),
      ...(cursor !== undefined && { cursor }),
    });
    const [id, ...others] = jobColumns(session, Date.now());
    session.page(page, [id, { title: "INSTANCE", value: (j) => j.instanceId }, ...others], "No jobs");
  },
});
