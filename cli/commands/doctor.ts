import { StoreError } from "../../storage/store.ts";
import type { Store } from "../../storage/store.ts";
import { command } from "../command.ts";
import { checkAudit } from "../doctor/audit.ts";
import { allSubscriptions, checkDefinitions } from "../doctor/definitions.ts";
import type { Finding, Severity } from "../doctor/finding.ts";
import { checkInstances } from "../doctor/instances.ts";
import { checkJobs } from "../doctor/jobs.ts";
import { allOf } from "../doctor/pages.ts";
import { checkRows } from "../doctor/rows.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { count, formatDuration } from "../format.ts";
import { loadHandlers } from "../handler_module.ts";
import { wholeNumber } from "../input.ts";
import type { Session } from "../session.ts";
import { printable } from "../text.ts";

interface Flags {
  readonly handlers?: string;
  readonly limit?: number;
}

const LIMIT = 10_000;
/** Timers and leases go by the store's clock: a worker's own is shown to people only. */
const SKEW_MS = 2_000;
const STYLES = { error: "red", warning: "yellow", info: "gray" } as const;

/** Looks for what is wrong with a database. */
export const doctor = command<Flags>({
  name: "doctor",
  group: "Operations:",
  summary: "look for what is wrong with a database, and say what to do",
  details:
    `It looks at the schema, the clock, the queue, at what running instances wait for, and whether what the tables
say of each other is so. It changes nothing.

Exit code 0: nothing is wrong, or only things to know. 1: something needs a person.`,
  options: [
    { flags: "--handlers <file>", description: "also name the job types this module has no handler for" },
    {
      flags: "--limit <n>",
      description: `look at so many running instances and jobs (default: ${LIMIT})`,
      parse: wholeNumber(1),
    },
  ],
  examples: [
    ["doctor --db kv:orders.kv", "is all well?"],
    ["doctor --handlers ./handlers.ts --db postgres://localhost/shop", "does a worker serve everything?"],
  ],
  async run(session, _args, { handlers, limit = LIMIT }): Promise<ExitCode> {
    const types = handlers === undefined ? undefined : await handlerTypes(handlers);
    let store: Store;
    try {
      store = await session.openStore({ migrate: false });
    } catch (error) {
      if (!(error instanceof StoreError) || !/migration|release/.test(error.message)) throw error;
      return report(session, [{
        check: "schema",
        severity: "error",
        message: error.message,
        advice: "migrate, with a role that may; or use a release that knows this schema",
      }], {});
    }
    try {
      return await examine(session, store, limit, types);
    } finally {
      await store[Symbol.asyncDispose]();
    }
  },
});

async function handlerTypes(path: string): Promise<ReadonlySet<string>> {
  const { handlers, scripts = {} } = await loadHandlers(path);
  return new Set([
    ...Object.keys(handlers).map((type) => type.toLowerCase()),
    ...Object.keys(scripts).map((format) => `script:${format.toLowerCase()}`),
  ]);
}

async function examine(
  session: Session,
  store: Store,
  limit: number,
  types: ReadonlySet<string> | undefined,
): Promise<ExitCode> {
  // A person at the keyboard asks about everything unless one tenant is named.
  const tenant = session.common.tenant ?? session.terminal.env("BATON_TENANT");
  const before = Date.now();
  const now = await store.now();
  const skewMs = Math.round(now - (before + Date.now()) / 2);
  const of = { ...(tenant !== undefined && { tenant }) };
  const jobs = await allOf((page) => store.listJobs({ ...of, ...page }), limit);
  const definitions = await allOf((page) => store.listDefinitions({ ...of, ...page }));
  const tenants = new Set(definitions.map((each) => each.tenant));
  const subscriptions = await allSubscriptions(store, tenants, limit);
  const instances = await checkInstances(store, tenant, limit);
  const findings: Finding[] = [
    ...(Math.abs(skewMs) > SKEW_MS
      ? [{
        check: "clock",
        severity: "warning" as const,
        message: `This machine's clock is ${formatDuration(Math.abs(skewMs))} ${
          skewMs > 0 ? "behind" : "ahead of"
        } the database's`,
        advice: "Set both by NTP. The engine goes by the database's clock; times shown here are off",
      }]
      : []),
    ...await checkJobs(store, jobs, now, types),
    ...instances.findings,
    ...await checkRows(store, tenant, subscriptions, limit),
    ...await checkAudit(store, tenant, limit),
    ...await checkDefinitions(store, definitions, jobs, subscriptions, now, jobs.length > limit),
    ...(instances.more || jobs.length > limit
      ? [{
        check: "limit",
        severity: "info" as const,
        message: `Only the newest ${count(limit, "running instance")} and the first jobs were looked at`,
        advice: "--limit looks at more",
      }]
      : []),
  ];
  return report(session, findings, { skewMs, jobs: jobs.length, instances: instances.looked });
}

const ORDER: readonly Severity[] = ["error", "warning", "info"];

function report(
  session: Session,
  findings: readonly Finding[],
  facts: { readonly skewMs?: number; readonly jobs?: number; readonly instances?: number },
): ExitCode {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const healthy = !sorted.some(({ severity }) => severity !== "info");
  session.print({ healthy, ...facts, findings: sorted }, () => {
    for (const { severity, check, message, advice, ids = [], count: n = ids.length } of sorted) {
      session.say(`${session.paint(STYLES[severity], severity)} ${check}: ${printable(message)}`);
      if (ids.length > 0) session.say(`  ids: ${ids.join(", ")}${n > ids.length ? ", …" : ""}`);
      if (advice !== undefined) session.say(`  do:  ${advice}`);
    }
    if (facts.instances !== undefined && facts.jobs !== undefined) {
      const looked = `${count(facts.instances, "running instance")} and ${count(facts.jobs, "job")}`;
      session.say(healthy ? `All is well: looked at ${looked}` : `Looked at ${looked}`);
    }
  });
  return healthy ? EXIT.ok : EXIT.failed;
}
