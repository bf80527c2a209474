/** What a careless hand, or half a backup, does to a database, on each store that can be written from outside. */
import { incidentIndexes, type VariablesValue } from "../../storage/kv/commit.ts";
import { KvKeys } from "../../storage/kv/keys.ts";
import type {
  Definition,
  Incident,
  Job,
  Message,
  Step,
  StoredInstance,
  Subscription,
  UserTask,
} from "../../storage/store.ts";
import { bpmn } from "../support/bpmn_builder.ts";

/**
 * An instance of `p` waits for all that there is to wait for; `odd` stands at an incident. All others are well,
 * however they look: jobs that are held because they failed for good, because the instance is suspended, or because it
 * has asked its caller; one that waits for a condition; one that is stepped by hand; and one whose caller is cancelled,
 * which it does not know yet.
 */
export const MODEL = bpmn(`
  process p
    start -> fork -> Pay, Sign, Sleep, Hear, Call -> join -> end
    parallel fork
    parallel join
    service Pay: type=pay
    catch Sleep: timer=PT1H
    catch Hear: signal=go
    call Call: calledElement=child
  process child
    start2 -> Ask -> end2
  process odd
    start3 -> choice -[1 > 2]-> end3
    xor choice
  process heard
    start startH: message=order
    startH -> H -> endH
  process ticking
    start startT: timer=R/PT1H
    startT -> T -> endT
  process resting
    start4 -> Rest -> end4
    service Rest: type=rest
  process asking
    start5 -> Asked -> end5
    call Asked: calls=asked
    boundary no on Asked: error=declined
    no -> endNo
  process asked
    start6 -> Answer -> end6
    service Answer: type=answer
  process calling
    start8 -> Watched -> end8
    call Watched: calls=watching
  process watching
    start7 -> ready -> end7
    catch ready: condition="never == true"
`);

/** One way to break it, and what the doctor must call it. */
export interface Broken {
  readonly check: string;
  /** Default `error`. */
  readonly severity?: "error" | "warning" | "info";
  /** One statement; `$1` is the id of the instance of `p`. */
  readonly sql: string;
  /** The same in Deno KV. */
  kv(kv: KvHand): Promise<void>;
}

interface Table<T> {
  readonly prefix: Deno.KvKey;
  indexes(row: T): readonly (Deno.KvKey | undefined)[];
}

/** Ids that nothing has. */
const FREE = "900000001", NOBODY = "900000002";
const HOUR_MS = 3_600_000;

/** Writes into Deno KV past the store; index entries are as the rows say. */
export class KvHand {
  readonly #kv: Deno.Kv;
  readonly #keys = new KvKeys(["baton"], 16);
  readonly instances: Table<StoredInstance>;
  readonly jobs: Table<Job>;
  readonly subscriptions: Table<Subscription>;
  readonly tasks: Table<UserTask>;
  readonly incidents: Table<Incident>;
  readonly definitions: Table<Definition>;
  readonly files: Table<unknown>;
  readonly variables: Table<VariablesValue>;
  readonly messages: Table<Message>;
  readonly steps: Table<Step>;

  /** @param id The instance of `p`. */
  constructor(kv: Deno.Kv, readonly id: string) {
    this.#kv = kv;
    const keys = this.#keys;
    const none = () => [];
    this.instances = { prefix: keys.instance("0").slice(0, -1), indexes: none };
    this.jobs = {
      prefix: keys.job(),
      indexes: (job) => [
        keys.due(job),
        keys.ended(job),
        job.instanceId === undefined ? undefined : keys.jobsOf(job.instanceId, job.id),
      ],
    };
    this.subscriptions = {
      prefix: keys.subscription("0").slice(0, -1),
      indexes: (row) => keys.subscriptionIndexes(row),
    };
    this.tasks = { prefix: keys.task("0").slice(0, -1), indexes: (row) => keys.taskIndexes(row) };
    this.incidents = {
      prefix: keys.incident("0").slice(0, -1),
      indexes: (row) => incidentIndexes(keys, row),
    };
    this.definitions = { prefix: keys.definition(), indexes: none };
    this.files = { prefix: keys.xml("", "").slice(0, -2), indexes: none };
    this.variables = { prefix: keys.variables("0").slice(0, -1), indexes: none };
    this.messages = {
      prefix: keys.message("0").slice(0, -1),
      indexes: (row) => [
        [...keys.messagesByKey(row.tenant, row.name, row.key), row.publishedAt, BigInt(row.id)],
      ],
    };
    this.steps = { prefix: keys.step(id), indexes: none };
  }

  /** Changes all rows that fit; `undefined`: deletes them. */
  async change<T>(table: Table<T>, fits: (row: T) => boolean, to: (row: T) => T | undefined): Promise<void> {
    for (const { key, value } of await this.#rows(table, fits)) {
      for (const index of table.indexes(value)) if (index) await this.#kv.delete(index);
      const row = to(value);
      if (row === undefined) await this.#kv.delete(key);
      else await this.#put(table, key, row);
    }
  }

  /** Deletes the entry of a row that fits in its first index, or adds one like it that leads to nothing. */
  async entry<T>(table: Table<T>, fits: (row: T) => boolean, to: "gone" | "of nobody"): Promise<void> {
    const [{ value }] = await this.#rows(table, fits);
    const [index] = table.indexes(value);
    if (!index) throw new Error("Cannot break it: the row is in no index");
    if (to === "gone") await this.#kv.delete(index);
    else await this.#kv.set([...index.slice(0, -1), BigInt(FREE)], 0);
  }

  /** The instance is no longer found by a variable. */
  async forget(name: string): Promise<void> {
    for (
      const { key, value } of await this.#rows(this.variables, ({ searchable }) => searchable.length > 0)
    ) {
      const searchable = value.searchable.filter(([each]) => each !== name);
      await this.#kv.set(key, { ...value, searchable });
    }
  }

  /** A job is due later, and its former place in the queue is kept. */
  async later(): Promise<void> {
    const [{ key, value }] = await this.#rows(this.jobs, pay);
    await this.#put(this.jobs, key, { ...value, dueAt: Date.now() + HOUR_MS });
  }

  /** Adds a message that is long over. */
  async leaveMessage(): Promise<void> {
    const message = { id: FREE, tenant: "default", name: "paid", key: "", variables: "{}", takenBy: [] };
    const times = { publishedAt: anHourAgo() - HOUR_MS, expiresAt: anHourAgo() - 1_000 };
    await this.#put(this.messages, [...this.messages.prefix, BigInt(FREE)], { ...message, ...times });
  }

  async drop<T>(table: Table<T>, fits: (row: T) => boolean): Promise<void> {
    await this.change(table, fits, () => undefined);
  }

  /** Adds a row like one that fits. */
  async copy<T>(table: Table<T>, fits: (row: T) => boolean, as: Partial<T> = {}): Promise<void> {
    const [{ value }] = await this.#rows(table, fits);
    await this.#put(table, [...table.prefix, BigInt(FREE)], { ...value, id: FREE, ...as });
  }

  async #rows<T>({ prefix }: Table<T>, fits: (row: T) => boolean): Promise<Deno.KvEntry<T>[]> {
    const rows: Deno.KvEntry<T>[] = [];
    for await (const row of this.#kv.list<T>({ prefix })) if (fits(row.value)) rows.push(row);
    if (rows.length === 0) throw new Error("Cannot break it: no row fits");
    return rows;
  }

  async #put<T>(table: Table<T>, key: Deno.KvKey, row: T): Promise<void> {
    await this.#kv.set(key, row);
    for (const index of table.indexes(row)) if (index) await this.#kv.set(index, 0);
  }
}

const any = () => true;
const pay = ({ type }: Job) => type === "pay";
const timer = ({ type, instanceId }: Job) => type === "baton:timer" && instanceId !== undefined;
const startTimer = ({ type, instanceId }: Job) => type === "baton:timer" && instanceId === undefined;
const anHourAgo = () => Date.now() - HOUR_MS;

/** What each store has of its own. */
export const BROKEN_POSTGRES: readonly Omit<Broken, "kv">[] = [
  {
    check: "instance-unknown-variable",
    sql: "update baton.variables_index set value = '13' where name = 'total'",
  },
  {
    check: "instance-unknown-variable",
    sql: "update baton.variables_index set name = 'other' where name = 'total'",
  },
  {
    check: "instance-unknown-variable",
    sql: `insert into baton.variables_index (instance_id, name, value, tenant, started_at)
      values (${NOBODY}, 'total', '1', 'default', now())`,
  },
  {
    check: "instance-listed-wrongly",
    sql: "delete from baton.not_completed where instance_id = $1",
  },
  {
    check: "instance-listed-wrongly",
    sql: "update baton.not_completed set status = 'failed' where instance_id = $1",
  },
  {
    check: "instance-listed-wrongly",
    sql: `insert into baton.not_completed (tenant, status, started_at, instance_id)
      values ('default', 'running', now(), ${NOBODY})`,
  },
  {
    check: "steps-range",
    severity: "warning",
    sql: "delete from baton.steps_ranges where from_id = 0",
  },
  {
    check: "steps-range",
    severity: "warning",
    sql: "insert into baton.steps_ranges (from_id, to_id) values (9000000000, 9000000001)",
  },
  {
    check: "kpis-left",
    severity: "info",
    sql: `insert into baton.kpi_deltas (hour, definition_id, failures, tenant, key, element_id, durations_ms)
      values (now() - interval '3 hours', ${FREE}, 0, 'default', 'p', '', '{1}')`,
  },
];

/** By what it is called there. */
export const BROKEN_KV: Readonly<Record<string, Pick<Broken, "check" | "severity" | "kv">>> = {
  "a due job that is not in the queue": { check: "index-lost", kv: (kv) => kv.entry(kv.jobs, pay, "gone") },
  "a user task that is in no list": { check: "index-lost", kv: (kv) => kv.entry(kv.tasks, any, "gone") },
  "an incident that is in no list": { check: "index-lost", kv: (kv) => kv.entry(kv.incidents, any, "gone") },
  "a subscription that nobody finds": {
    check: "index-lost",
    kv: (kv) => kv.entry(kv.subscriptions, any, "gone"),
  },
  "a queue that leads to nothing": {
    check: "index-left",
    severity: "warning",
    kv: (kv) => kv.entry(kv.jobs, pay, "of nobody"),
  },
  "a list of tasks that leads to nothing": {
    check: "index-left",
    severity: "warning",
    kv: (kv) => kv.entry(kv.tasks, any, "of nobody"),
  },
  "a job with two places in the queue": {
    check: "index-left",
    severity: "warning",
    kv: (kv) => kv.later(),
  },
};

export const BROKEN: readonly Broken[] = [
  {
    check: "instance-lost-job",
    sql: "delete from baton.jobs where type = 'pay'",
    kv: (kv) => kv.drop(kv.jobs, pay),
  },
  {
    check: "instance-lost-job",
    sql: "delete from baton.jobs where type = 'baton:timer' and instance_id is not null",
    kv: (kv) => kv.drop(kv.jobs, timer),
  },
  {
    check: "instance-held-job",
    sql: "update baton.jobs set due_at = null, held = 'suspended' where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, (job) => ({ ...job, dueAt: null, held: "suspended" })),
  },
  {
    check: "instance-held-job",
    sql: "update baton.jobs set due_at = null, held = 'answer' where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, (job) => ({ ...job, dueAt: null, held: "answer" })),
  },
  {
    check: "instance-held-job",
    sql: "update baton.jobs set due_at = null where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, (job) => ({ ...job, dueAt: null })),
  },
  {
    check: "instance-unknown-job",
    sql: `insert into baton.jobs (id, instance_id, due_at, enqueued_at, class, tenant, type)
      values (${FREE}, $1, now() + interval '1 hour', now(), 2, 'default', 'pay')`,
    kv: (kv) => kv.copy(kv.jobs, pay),
  },
  {
    check: "instance-lost-task",
    sql: "delete from baton.user_tasks where instance_id = $1",
    kv: (kv) => kv.drop(kv.tasks, ({ instanceId }) => instanceId === kv.id),
  },
  {
    check: "instance-unknown-task",
    sql: `insert into baton.user_tasks (id, instance_id, revision, priority, created_at, tenant, process_key,
        element_id, status, candidate_users, candidate_groups)
      values (${FREE}, $1, 1, 50, now(), 'default', 'p', 'Sign', 'open', '{}', '{}')`,
    kv: (kv) => kv.copy(kv.tasks, ({ instanceId }) => instanceId === kv.id),
  },
  {
    check: "instance-lost-subscription",
    sql: "delete from baton.subscriptions where instance_id = $1",
    kv: (kv) => kv.drop(kv.subscriptions, ({ instanceId }) => instanceId === kv.id),
  },
  {
    check: "instance-unknown-subscription",
    sql:
      `insert into baton.subscriptions (id, instance_id, armed_at, definition_index, tenant, kind, process_key,
        name, key, element_id)
      values (${FREE}, $1, now(), 0, 'default', 'message', 'p', 'paid', '', 'Hear')`,
    kv: (kv) => kv.copy(kv.subscriptions, ({ instanceId }) => instanceId === kv.id, { kind: "message" }),
  },
  {
    check: "instance-lost-incident",
    sql: "delete from baton.incidents",
    kv: (kv) => kv.drop(kv.incidents, any),
  },
  {
    check: "instance-unknown-incident",
    sql:
      `insert into baton.incidents (id, instance_id, created_at, tenant, process_key, kind, element_id, message)
      values (${FREE}, $1, now(), 'default', 'p', 'script', 'Pay', 'down')`,
    kv: (kv) => kv.copy(kv.incidents, any, { instanceId: kv.id }),
  },
  {
    check: "instance-lost-child",
    sql: "delete from baton.instances where parent_id = $1",
    kv: (kv) => kv.drop(kv.instances, ({ parentId }) => parentId === kv.id),
  },
  {
    check: "instance-lost-caller",
    sql: "delete from baton.instances where id = $1",
    kv: (kv) => kv.drop(kv.instances, ({ id }) => id === kv.id),
  },
  {
    check: "instance-lost-caller",
    sql: "update baton.instances set status = 'cancelled', ended_at = now() where id = $1",
    kv: (kv) => kv.change(kv.instances, ({ id }) => id === kv.id, ended),
  },
  {
    check: "instance-lost-caller",
    sql: `update baton.instances c set parent_id = o.id, root_id = o.id
      from baton.instances o where c.parent_id = $1 and o.key = 'odd'`,
    async kv(kv) {
      let other = "";
      await kv.change(kv.instances, ({ key }) => key === "odd", (row) => {
        other = row.id;
        return row;
      });
      await kv.change(
        kv.instances,
        ({ parentId }) => parentId === kv.id,
        (row) => ({ ...row, parentId: other, rootId: other }),
      );
    },
  },
  {
    check: "instance-call-tree",
    sql: "update baton.instances set root_id = id where parent_id = $1",
    kv: (kv) =>
      kv.change(kv.instances, ({ parentId }) => parentId === kv.id, (row) => ({ ...row, rootId: row.id })),
  },
  {
    check: "instance-call-tree",
    sql: `update baton.instances set root_id = ${NOBODY} where key = 'odd'`,
    kv: (kv) => kv.change(kv.instances, ({ key }) => key === "odd", (row) => ({ ...row, rootId: NOBODY })),
  },
  {
    check: "instance-lost-step",
    sql: "delete from baton.steps where instance_id = $1 and sequence = 1",
    kv: (kv) => kv.drop(kv.steps, ({ sequence }) => sequence === 1),
  },
  {
    check: "instance-lost-variable",
    sql: "delete from baton.variables_index where name = 'total'",
    kv: (kv) => kv.forget("total"),
  },
  {
    check: "message-left",
    severity: "warning",
    sql: `insert into baton.messages (id, published_at, expires_at, tenant, name, key, variables)
      values (${FREE}, now() - interval '2 hours', now() - interval '61 minutes', 'default', 'paid', '', '{}')`,
    kv: (kv) => kv.leaveMessage(),
  },
  {
    check: "instance-status",
    sql: "update baton.instances set status = 'suspended' where id = $1",
    kv: (kv) =>
      kv.change(kv.instances, ({ id }) => id === kv.id, (row) => ({ ...row, status: "suspended" as const })),
  },
  {
    check: "instance-status",
    sql: "update baton.instances set ended_at = now() where id = $1",
    kv: (kv) =>
      kv.change(kv.instances, ({ id }) => id === kv.id, (row) => ({ ...row, endedAt: anHourAgo() })),
  },
  {
    check: "instance-definition",
    sql: "delete from baton.definitions where key = 'p'",
    kv: (kv) => kv.drop(kv.definitions, ({ key }) => key === "p"),
  },
  {
    check: "instance-damaged",
    sql: "update baton.instances set state = '{' where id = $1",
    kv: (kv) => kv.change(kv.instances, ({ id }) => id === kv.id, (row) => ({ ...row, state: "{" })),
  },
  {
    check: "stuck-instance",
    sql:
      `update baton.instances set state = (state::jsonb #- '{root,tokens,0,task}')::text where parent_id = $1`,
    kv: (kv) =>
      kv.change(kv.instances, ({ parentId }) => parentId === kv.id, (row) => {
        const state = JSON.parse(row.state);
        delete state.root.tokens[0].task;
        return { ...row, state: JSON.stringify(state) };
      }),
  },
  {
    check: "job-without-instance",
    sql: "delete from baton.instances where id = $1",
    kv: (kv) => kv.drop(kv.instances, ({ id }) => id === kv.id),
  },
  {
    check: "job-of-ended-instance",
    severity: "info",
    sql: "update baton.instances set status = 'cancelled', ended_at = now() where id = $1",
    kv: (kv) => kv.change(kv.instances, ({ id }) => id === kv.id, ended),
  },
  {
    check: "task-without-instance",
    sql: "delete from baton.instances where parent_id = $1",
    kv: (kv) => kv.drop(kv.instances, ({ parentId }) => parentId === kv.id),
  },
  {
    check: "incident-without-instance",
    sql: `update baton.incidents set instance_id = ${NOBODY}`,
    kv: (kv) => kv.change(kv.incidents, any, (row) => ({ ...row, instanceId: NOBODY })),
  },
  {
    check: "subscription-without-instance",
    sql: "update baton.instances set status = 'failed', ended_at = now() where id = $1",
    kv: (kv) => kv.change(kv.instances, ({ id }) => id === kv.id, ended),
  },
  {
    check: "expired-lease",
    severity: "warning",
    sql: "update baton.jobs set worker = 'gone', due_at = now() - interval '1 hour' where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, (job) => ({ ...job, worker: "gone", dueAt: anHourAgo() })),
  },
  {
    check: "lag",
    severity: "warning",
    sql: "update baton.jobs set due_at = now() - interval '1 hour' where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, (job) => ({ ...job, dueAt: anHourAgo() })),
  },
  {
    check: "engine-job-given-up",
    sql: "update baton.jobs set due_at = null, held = 'failed' where type = 'baton:timer'",
    kv: (kv) => kv.change(kv.jobs, timer, (job) => ({ ...job, dueAt: null, held: "failed" })),
  },
  {
    check: "job-given-up",
    severity: "warning",
    sql:
      "update baton.jobs set due_at = null, held = 'incident' where type = 'baton:timer' and instance_id is null",
    kv: (kv) => kv.change(kv.jobs, startTimer, (job) => ({ ...job, dueAt: null, held: "incident" })),
  },
  {
    check: "outcome-not-collected",
    sql: "update baton.jobs set due_at = null, held = 'ended', outcome = '{}' where type = 'pay'",
    kv: (kv) => kv.change(kv.jobs, pay, outcome),
  },
  {
    check: "outcome-waits",
    severity: "info",
    sql: `with done as (
        update baton.jobs set due_at = null, held = 'ended', outcome = '{}' where type = 'pay' returning *
      )
      insert into baton.jobs (id, instance_id, due_at, enqueued_at, class, tenant, type)
      select instance_id, instance_id, now() + interval '1 hour', now(), 0, tenant, 'baton:collect' from done`,
    async kv(kv) {
      await kv.copy(kv.jobs, pay, { type: "baton:collect" });
      await kv.change(kv.jobs, pay, outcome);
    },
  },
  {
    check: "definition-without-file",
    sql: "delete from baton.resources",
    kv: (kv) => kv.drop(kv.files, any),
  },
  {
    check: "definition-latest",
    sql: "update baton.definitions set latest = false where key = 'p'",
    kv: (kv) => kv.change(kv.definitions, ({ key }) => key === "p", (row) => ({ ...row, latest: false })),
  },
  {
    check: "definition-latest",
    sql: `insert into baton.definitions (id, tenant, key, version, hash, deployed_at, latest)
      select ${FREE}, tenant, key, version + 1, hash, deployed_at, true from baton.definitions where key = 'p'`,
    kv: (kv) => kv.copy(kv.definitions, ({ key }) => key === "p", { version: 2 }),
  },
  {
    check: "start-not-armed",
    sql: "delete from baton.subscriptions where instance_id is null",
    kv: (kv) => kv.drop(kv.subscriptions, ({ definitionId }) => definitionId !== undefined),
  },
  {
    check: "start-not-armed",
    sql: "delete from baton.jobs where instance_id is null",
    kv: (kv) => kv.drop(kv.jobs, ({ definitionId }) => definitionId !== undefined),
  },
  {
    check: "start-of-old-version",
    sql: "delete from baton.definitions where key = 'heard'",
    kv: (kv) => kv.drop(kv.definitions, ({ key }) => key === "heard"),
  },
  {
    check: "start-of-old-version",
    sql: "update baton.definitions set latest = false where key = 'ticking'",
    kv: (kv) =>
      kv.change(kv.definitions, ({ key }) => key === "ticking", (row) => ({ ...row, latest: false })),
  },
];

function ended(row: StoredInstance): StoredInstance {
  return { ...row, status: "cancelled", endedAt: anHourAgo() };
}

function outcome(job: Job): Job {
  return { ...job, dueAt: null, held: "ended", outcome: "{}" };
}
