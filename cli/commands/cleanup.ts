import type { CleanupOptions } from "../../runtime/api.ts";
import { command } from "../command.ts";
import { UsageError } from "../failure.ts";
import { count } from "../format.ts";
import { duration, wholeNumber } from "../input.ts";
import { LinesFile } from "../lines_file.ts";

interface Flags {
  readonly dryRun?: boolean;
  readonly olderThan?: number;
  readonly process?: string;
  readonly export?: string;
  readonly batch?: number;
}

/** Deletes old histories. */
export const cleanup = command<Flags>({
  name: "cleanup",
  group: "Operations:",
  summary: "delete ended instances that are old, with all they own",
  details:
    `An instance goes when it ended longer ago than historyTimeToLive of its model says or, if its model says
nothing, than --older-than. Running instances stay, and so does what belongs to a call tree that still runs.

--export appends one line of JSON for each instance: the instance with its variables, steps, user tasks, incidents
and notes. A batch is on the disk before it is deleted. After an interruption an instance may be there twice.`,
  options: [
    { flags: "--dry-run", description: "only count" },
    {
      flags: "--older-than <time>",
      description: "for models without historyTimeToLive: ended longer ago than 90d (default: those stay)",
      parse: duration,
    },
    { flags: "--process <key>", description: "only this process" },
    { flags: "--export <file>", description: "write what goes to this file first, newline-delimited JSON" },
    { flags: "--batch <n>", description: "instances at once (default: 100)", parse: wholeNumber(1) },
  ],
  examples: [
    ["cleanup --older-than 90d --dry-run --db kv:orders.kv", "what would go?"],
    ["cleanup --older-than 90d --export old.ndjson --db kv:orders.kv", "keep a copy"],
  ],
  async run(session, _args, flags) {
    if (flags.dryRun && flags.export !== undefined) {
      throw new UsageError("Cannot use --export with --dry-run: nothing is exported");
    }
    const engine = await session.engine();
    using file = flags.export === undefined ? undefined : LinesFile.open(flags.export);
    const options: CleanupOptions = {
      ...(flags.dryRun && { dryRun: true }),
      ...(flags.olderThan !== undefined && { defaultTtlMs: flags.olderThan }),
      ...(flags.process !== undefined && { key: flags.process }),
      ...(flags.batch !== undefined && { batch: flags.batch }),
      ...(file && { export: (instances) => file.append(instances) }),
    };
    const result = await engine.cleanup(options);
    session.print(result, () => {
      const { instances, partitions, processes } = result;
      if (processes.length > 0) {
        session.table(processes, [
          { title: "PROCESS", value: (row) => row.key, shrinkTo: 12 },
          { title: "INSTANCES", value: (row) => row.instances, align: "right" },
        ]);
      }
      session.say(`${flags.dryRun ? "Would delete" : "Deleted"} ${count(instances, "instance")}`);
      if (partitions > 0) session.say(`Dropped ${count(partitions, "partition")} of steps`);
    });
  },
});
