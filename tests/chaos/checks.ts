/** What must hold when all is over, whatever happened: by SQL where there is SQL, else through the engine. */
import assert from "node:assert/strict";
import type { Engine, Job } from "../../mod.ts";
import { sql } from "../support/postgres_sql.ts";
import { HANDLED, STEPS, TRANSACTIONAL } from "./processes.ts";

/** Instances by process. */
export type Expected = Readonly<Record<string, number>>;

/** What the checks found, for people. */
export interface Found {
  readonly instances: number;
  readonly steps: number;
  /** Times that handlers ran. */
  readonly handled: number;
  /** Of these, times that one ran again for a task that had been handled. */
  readonly again: number;
}

/** Throws if an instance, a step, a job, a row of a handler is missing, there twice, or left over. */
export async function checkPostgres(url: string, expected: Expected, notes: string): Promise<Found> {
  const instances = await sql(
    url,
    "select key, status, count(*)::int as count from baton.instances group by key, status order by key, status",
  );
  assert.deepEqual(
    instances,
    Object.keys(expected).sort().flatMap((key) =>
      expected[key] === 0 ? [] : [{ key, status: "completed", count: expected[key] }]
    ),
    "each instance is there once and completed",
  );
  const steps = await sql(
    url,
    `select i.key, s.element_id, s.status, count(*)::int as count, count(distinct i.id)::int as instances
     from baton.steps s join baton.instances i on i.id = s.instance_id
     group by i.key, s.element_id, s.status order by i.key collate "C", s.element_id collate "C"`,
  );
  assert.deepEqual(steps, expectedSteps(expected), "each element ended as often as it must in each instance");
  const none: Readonly<Record<string, string>> = {
    "histories have gaps": `select instance_id from baton.steps group by instance_id
       having count(*) <> max(sequence) or min(sequence) <> 1 or count(distinct sequence) <> count(*)`,
    "elements ended too often in one instance":
      `select s.instance_id, s.element_id, count(*) from baton.steps s
       group by s.instance_id, s.element_id having count(*) > case s.element_id when 'Each' then 3 else 1 end`,
    "steps are not whole": `select instance_id, element_id from baton.steps
       where ended_at is null or ended_at < started_at or status <> 'completed'`,
    "jobs are left": `select id, type, worker, held from baton.jobs
       where type <> 'baton:expire-message' or worker is not null`,
    "subscriptions are left": "select id, name from baton.subscriptions where instance_id is not null",
    "completed ones are listed as not completed": "select instance_id, status from baton.not_completed",
    "user tasks are left": "select id from baton.user_tasks",
    "incidents are left": "select id, message from baton.incidents",
    "messages were taken twice": `select message_id from baton.messages_taken
       group by message_id, process_key having count(*) > 1`,
    "children have no parent":
      `select c.id from baton.instances c left join baton.instances p on p.id = c.parent_id
       where c.key = 'leg' and p.id is null`,
    "callers have not one child":
      `select p.id from baton.instances p left join baton.instances c on c.parent_id = p.id
       where p.key = 'trip' group by p.id having count(c.id) <> 1`,
  };
  for (const [what, text] of Object.entries(none)) assert.deepEqual(await sql(url, text), [], what);
  const transactional = await sql(
    url,
    `select (select count(*)::int from public.payments) as rows,
       (select count(*)::int from (select distinct instance_id, element_id from public.payments) as p) as tasks,
       (select count(*)::int from public.payments p where not exists (
          select from baton.steps s where s.instance_id = p.instance_id and s.element_id = p.element_id)) as strays`,
  );
  const paid = Object.entries(expected).reduce(
    (sum, [key, count]) => sum + count * HANDLED[key].filter((task) => TRANSACTIONAL.includes(task)).length,
    0,
  );
  assert.deepEqual(
    transactional,
    [{ rows: paid, tasks: paid, strays: 0 }],
    "each handler's row is there once",
  );
  const known = new Map<string, string>();
  for (const { id, key } of await sql(url, "select id, key from baton.instances")) {
    known.set(String(id), String(key));
  }
  return {
    instances: known.size,
    steps: steps.reduce((sum, row) => sum + Number(row.count), 0),
    ...await checkNotes(notes, known),
  };
}

/** The same on any store, as far as the engine can tell. */
export async function checkEngine(engine: Engine, expected: Expected, notes: string): Promise<Found> {
  const known = new Map<string, string>();
  const counts: Record<string, number> = {};
  let steps = 0;
  let cursor: string | undefined;
  do {
    const page = await engine.instances({ take: 200, cursor });
    for (const { id, key, status } of page.items) {
      assert.equal(status, "completed", `${key} ${id}`);
      known.set(id, key);
      counts[key] = (counts[key] ?? 0) + 1;
      const history = await engine.history(id);
      steps += history.length;
      assert.deepEqual(history.map(({ sequence }) => sequence), history.map((_, index) => index + 1), id);
      const ended: Record<string, number> = {};
      for (const { elementId, status } of history) {
        assert.equal(status, "completed");
        ended[elementId] = (ended[elementId] ?? 0) + 1;
      }
      assert.deepEqual(ended, STEPS[key], `${key} ${id}`);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  assert.deepEqual(counts, expected, "each instance is there once");
  assert.deepEqual((await engine.incidents.list()).items, [], "incidents are left");
  const left = await jobsLeft(engine);
  assert.deepEqual(left, [], "jobs are left");
  return { instances: known.size, steps, ...await checkNotes(notes, known) };
}

/** Jobs that somebody has yet to do; messages expire by themselves. */
export async function jobsLeft(engine: Engine): Promise<Job[]> {
  const left: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await engine.jobs.list({ take: 1_000, cursor });
    left.push(...page.items.filter(({ type }) => type !== "baton:expire-message"));
    cursor = page.next;
  } while (cursor !== undefined);
  return left;
}

/** KPIs count each instance once. */
export async function checkKpis(engine: Engine, expected: Expected): Promise<void> {
  const kpis = await engine.kpis({ groupBy: "process" });
  assert.deepEqual(Object.fromEntries(kpis.map(({ key, count }) => [key, count])), { ...expected });
}

function expectedSteps(expected: Expected): Record<string, unknown>[] {
  const byCode = (a: string, b: string) => a < b ? -1 : 1;
  return Object.keys(expected).filter((key) => expected[key] > 0).sort(byCode).flatMap((key) =>
    Object.keys(STEPS[key]).sort(byCode).map((element) => ({
      key,
      element_id: element,
      status: "completed",
      count: expected[key] * STEPS[key][element],
      instances: expected[key],
    }))
  );
}

/** Each handler ran at least once for each task. */
async function checkNotes(
  notes: string,
  known: ReadonlyMap<string, string>,
): Promise<Pick<Found, "handled" | "again">> {
  const lines = (await Deno.readTextFile(notes)).split("\n").filter((line) => line !== "");
  const ran = new Set(lines);
  const missing = [...known].flatMap(([id, key]) =>
    HANDLED[key].map((task) => `${task} ${id}`).filter((line) => !ran.has(line))
  );
  assert.deepEqual(missing, [], "each handler ran at least once for each task");
  return { handled: lines.length, again: lines.length - ran.size };
}
