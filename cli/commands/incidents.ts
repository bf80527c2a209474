import type { VariableValues } from "../../runtime/api.ts";
import type { Engine } from "../../runtime/engine.ts";
import { type Incident, NotFoundError } from "../../storage/store.ts";
import { command, PAGE_OPTIONS, type PageOptions } from "../command.ts";
import { UsageError } from "../failure.ts";
import { count, formatTime } from "../format.ts";
import { nameAndValue, readVariables, type VariableOptions } from "../input.ts";
import type { Column } from "../table.ts";

interface Filter {
  readonly instance?: string;
  readonly key?: string;
  readonly kind?: string;
  readonly element?: string;
}

const FILTER_OPTIONS = [
  { flags: "--instance <id>", description: "of this instance" },
  { flags: "--key <key>", description: "of this process" },
  { flags: "--kind <kind>", description: "of this kind (docs/incidents.md)" },
  { flags: "--element <id>", description: "at this element" },
];

const COLUMNS: readonly Column<Incident>[] = [
  { title: "ID", value: (i) => i.id },
  { title: "INSTANCE", value: (i) => i.instanceId },
  { title: "PROCESS", optional: true, value: (i) => i.processKey, shrinkTo: 12 },
  { title: "ELEMENT", value: (i) => i.elementId, shrinkTo: 12 },
  { title: "KIND", value: (i) => i.kind },
  { title: "SINCE", optional: true, value: (i) => formatTime(i.createdAt) },
  { title: "MESSAGE", value: (i) => i.message, shrinkTo: 20 },
];

function queryOf({ instance, key, kind, element }: Filter) {
  return {
    ...(instance !== undefined && { instanceId: instance }),
    ...(key !== undefined && { processKey: key }),
    ...(kind !== undefined && { kind }),
    ...(element !== undefined && { elementId: element }),
  };
}

/** Lists what people have to look at. */
export const incidents = command<Filter & PageOptions>({
  name: "incidents",
  group: "Operations:",
  summary: "list what a person has to look at, oldest first",
  options: [...FILTER_OPTIONS, ...PAGE_OPTIONS],
  examples: [
    ["incidents --db kv:orders.kv", "everything that stands still"],
    ["incidents --kind job-no-retries --element charge --db kv:orders.kv", "where the retries are used up"],
  ],
  async run(session, _args, { take, cursor, ...filter }) {
    const engine = await session.engine();
    const page = await engine.incidents.list({
      ...queryOf(filter),
      ...(take !== undefined && { take }),
      ...(cursor !== undefined && { cursor }),
    });
    session.page(page, COLUMNS, "No incidents");
  },
});

interface RetryFlags extends Filter, VariableOptions {
  readonly incident?: readonly string[];
  readonly job?: readonly string[];
  readonly all?: boolean;
}

/** Lists show incidents by their ids, so that these are given, too; no instance has the id of an incident. */
async function retryOne(engine: Engine, id: string, variables?: VariableValues): Promise<number> {
  try {
    return await engine.retry(id, variables);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    try {
      return await engine.incidents.resolve(id, variables);
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause;
      throw new NotFoundError(`Cannot retry "${id}": there is no such instance and no such incident`);
    }
  }
}

/** Resolves incidents. */
export const retry = command<RetryFlags>({
  name: "retry",
  group: "Operations:",
  summary: "resolve incidents: try again from where it stopped",
  details: "Of instances, by incident, by job, or by filter. Work that was done is not done twice.",
  arguments: [{ name: "[ID...]", description: "instances, with all their incidents; or incidents" }],
  options: [
    { flags: "--incident <id>", description: "this incident; may be repeated", repeat: true },
    {
      flags: "--job <id>",
      description: "this job that has come to a stop, also one without an instance; may be repeated",
      repeat: true,
    },
    ...FILTER_OPTIONS,
    { flags: "--all", description: "every incident" },
    { flags: "--vars <json>", description: "variables to write first: JSON or @FILE" },
    {
      flags: "--var <name=value>",
      description: "one variable; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
  ],
  examples: [
    ["retry 42 --db kv:orders.kv", "all incidents of instance 42"],
    ["retry 42 --var total=12 --db kv:orders.kv", "with a corrected variable"],
    ["retry --job 77 --db kv:orders.kv", "a job of the engine's own that was given up: jobs --held, doctor"],
    ["retry --element charge --kind job-no-retries --db kv:orders.kv", "after a service is back"],
  ],
  async run(session, ids, flags) {
    const filter = queryOf(flags);
    const hasFilter = Object.keys(filter).length > 0 || flags.all === true;
    const named = ids.length + (flags.incident?.length ?? 0) + (flags.job?.length ?? 0);
    if (hasFilter && named > 0) {
      throw new UsageError("Cannot retry: name instances, incidents or jobs, or give a filter, not both");
    }
    if (!hasFilter && named === 0) {
      throw new UsageError(
        "Cannot retry: nothing is named; give an instance, --incident, --job, a filter, or --all",
      );
    }
    const variables = await readVariables(session.terminal, flags);
    if (variables && flags.job) {
      throw new UsageError("Cannot retry jobs with variables: name their instances");
    }
    const engine = await session.engine();
    let resolved = 0;
    if (hasFilter) resolved = await engine.incidents.resolve(filter, variables);
    const progress = session.progress("retry", named);
    for (const id of ids) {
      resolved += await retryOne(engine, id, variables);
      progress.step();
    }
    for (const id of flags.incident ?? []) {
      resolved += await engine.incidents.resolve(id, variables);
      progress.step();
    }
    for (const id of flags.job ?? []) {
      await engine.jobs.retry(id);
      progress.step();
    }
    progress.end();
    const jobs = flags.job?.length ?? 0;
    session.print({ resolved, ...(jobs > 0 && { jobs }) }, () => {
      if (named > jobs || hasFilter) session.say(`Resolved ${count(resolved, "incident")}`);
      if (jobs > 0) session.say(`Made ${count(jobs, "job")} due again`);
    });
  },
});
