import type { InstanceQuery, InstanceRecord, InstanceStatus } from "../../storage/store.ts";
import { command, PAGE_OPTIONS, type PageOptions } from "../command.ts";
import { UsageError } from "../failure.ts";
import { formatDuration, formatTime } from "../format.ts";
import { nameAndValue, pointInTime, wholeNumber } from "../input.ts";
import { statusText } from "../run_result.ts";

const STATUSES: readonly InstanceStatus[] = ["running", "suspended", "completed", "cancelled", "failed"];

interface Flags extends PageOptions {
  readonly key?: string;
  readonly definition?: string;
  readonly businessKey?: string;
  readonly status?: readonly InstanceStatus[];
  readonly from?: number;
  readonly to?: number;
  readonly var?: readonly (readonly [string, unknown])[];
  readonly parent?: string;
  readonly root?: string;
  readonly skip?: number;
}

/** Lists instances. */
export const instances = command<Flags>({
  name: "instances",
  group: "Instances:",
  summary: "list instances, newest first",
  options: [
    { flags: "--key <key>", description: "of this process" },
    { flags: "--definition <id>", description: "of this version of a process" },
    { flags: "--business-key <key>", description: "with this business key" },
    {
      flags: "--status <status>",
      description: "with this status; may be repeated",
      choices: STATUSES,
      repeat: true,
    },
    {
      flags: "--from <time>",
      description: "started then or later: ISO time, or 2h for two hours ago",
      parse: pointInTime,
    },
    { flags: "--to <time>", description: "started before", parse: pointInTime },
    {
      flags: "--var <name=value>",
      description: "with this variable; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    { flags: "--parent <id>", description: "called by this instance" },
    { flags: "--root <id>", description: "anywhere below this instance" },
    { flags: "--skip <n>", description: "leave out the first rows; prefer --cursor", parse: wholeNumber() },
    ...PAGE_OPTIONS,
  ],
  examples: [
    ["instances --status running --status suspended --db kv:orders.kv", "what is not done"],
    ["instances --key order --from 24h --var customer=Ada --db kv:orders.kv", "Ada's orders of the last day"],
    ["instances --key order --json --take 1000 --db kv:orders.kv", "for programs; `next` goes to --cursor"],
  ],
  async run(session, _args, flags) {
    const engine = await session.engine();
    const page = await engine.instances(queryOf(flags));
    session.page<InstanceRecord>(page, [
      { title: "ID", value: (i) => i.id },
      { title: "PROCESS", value: (i) => `${i.key} v${i.version}`, shrinkTo: 16 },
      { title: "BUSINESS KEY", value: (i) => i.businessKey, shrinkTo: 12 },
      { title: "STATUS", value: (i) => i.status, style: (cell, i) => statusText(session, i.status, cell) },
      { title: "STARTED", value: (i) => formatTime(i.startedAt) },
      {
        title: "TOOK",
        optional: true,
        value: (i) => i.endedAt && formatDuration(i.endedAt - i.startedAt),
        align: "right",
      },
      { title: "REASON", value: (i) => i.reason, shrinkTo: 10 },
    ], "No instances");
  },
});

function queryOf(flags: Flags): Omit<InstanceQuery, "tenant"> {
  return {
    ...(flags.key !== undefined && { key: flags.key }),
    ...(flags.definition !== undefined && { definitionId: flags.definition }),
    ...(flags.businessKey !== undefined && { businessKey: flags.businessKey }),
    ...(flags.status !== undefined && { statuses: flags.status }),
    ...(flags.from !== undefined && { startedFrom: flags.from }),
    ...(flags.to !== undefined && { startedTo: flags.to }),
    ...(flags.parent !== undefined && { parentId: flags.parent }),
    ...(flags.root !== undefined && { rootId: flags.root }),
    ...(flags.skip !== undefined && { skip: flags.skip }),
    ...(flags.take !== undefined && { take: flags.take }),
    ...(flags.cursor !== undefined && { cursor: flags.cursor }),
    ...(flags.var !== undefined && {
      variables: flags.var.map(([name, value]) => ({ name, value: scalar(name, value) })),
    }),
  };
}

function scalar(name: string, value: unknown): string | number | boolean | null {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
    return value as string | number | boolean | null;
  }
  throw new UsageError(
    `Cannot search by variable "${name}": only text, numbers, true, false and null are indexed`,
  );
}
