import assert from "node:assert/strict";
import pg from "pg";
import { queries, type QueryName } from "../../sql/mod.ts";
import { boolArray, int4Array, int8Array, textArray, timeArray } from "../../storage/postgres/arrays.ts";
import { PLANNING } from "../../storage/postgres/client.ts";
import { unitParams } from "../../storage/postgres/columns.ts";
import { createParams } from "../../storage/postgres/create.ts";
import { sql, testDatabase } from "../support/postgres.ts";

/** 50,000 instances with a step, a job, a variable, a subscription and a message each; never analysed. */
const ROWS = `
insert into baton.tenants values ('default');
insert into baton.instances (id, revision, version, definition_id, root_id, started_at, tenant, key, status,
  business_key, unique_key, state, variables)
select n, 1, 1, 1 + n % 3, n, to_timestamp(n), 'default', 'key-' || n % 5, case when n % 100 = 0 then 'failed' when n % 3 = 0 then 'running' else 'completed' end,
  'b' || n, 'u' || n, '{}', '{}' from generate_series(1, 50000) n;
insert into baton.steps (instance_id, sequence, started_at, ended_at, tenant, element_id, element_type, status)
select n, 1, to_timestamp(n), to_timestamp(n), 'default', 'e', 'task', 'completed' from generate_series(1, 50000) n;
insert into baton.not_completed (tenant, status, started_at, instance_id)
select tenant, status, started_at, id from baton.instances where status <> 'completed';
insert into baton.jobs (id, instance_id, due_at, enqueued_at, class, tenant, type)
select n, n, to_timestamp(n), to_timestamp(n), n % 3, 'default', 't' || n % 4 from generate_series(1, 50000) n;
insert into baton.variables_index (instance_id, name, value, tenant, started_at)
select n, 'order', n::text, 'default', to_timestamp(n) from generate_series(1, 50000) n;
insert into baton.variables_index (instance_id, name, value, tenant, started_at)
select n, 'region', (n % 50)::text, 'default', to_timestamp(n) from generate_series(1, 50000) n;
insert into baton.subscriptions (id, instance_id, armed_at, definition_index, tenant, kind, process_key, name, key, element_id)
select n, n, to_timestamp(n), 0, 'default', 'message', 'p', 'm', 'k' || n, 'e' from generate_series(1, 50000) n;
insert into baton.subscriptions (id, instance_id, armed_at, definition_index, tenant, kind, process_key, name, key, element_id)
select n + 50000, n, to_timestamp(n), 0, 'default', 'signal', 'p', 's', '', 'e' from generate_series(1, 50000) n;
insert into baton.messages (id, published_at, expires_at, tenant, name, key, variables)
select n, to_timestamp(n), to_timestamp(9999999999), 'default', 'm', 'k' || n, '{}' from generate_series(1, 50000) n;
insert into baton.messages_taken select n, 'p', 'default', n from generate_series(1, 50000) n;
`;

/** Those whose plans are kept. */
const KEPT: ReadonlySet<QueryName> = new Set([
  "lease_jobs",
  "lease_few_jobs",
  "lease_told_jobs",
  "commit_units",
  "create_instance",
  "next_due_at",
  "end_jobs",
  "list_ended_jobs",
]);

const ids = int8Array(Array.from({ length: 50 }, (_, i) => String(1_000 + i)));
const units = Array.from({ length: 50 }, (_, i) => ({
  instanceId: String(1_000 + i),
  tenant: "default",
  revision: 1,
  status: "running" as const,
  state: "{}",
  searchable: [["order", "1"]] as const,
  leases: [{ jobId: String(1_000 + i), leaseNo: 1 }],
  steps: [],
  openJobs: [],
  closeJobs: [String(1_000 + i)],
  at: 0,
}));
const NO = null;

const HOT: readonly { query: QueryName; params: unknown[]; uses: string[]; ordered?: boolean }[] = [
  {
    query: "lease_jobs",
    params: [
      textArray(["t1", "t1"]),
      int4Array([1, 2]),
      int4Array([100, 100]),
      int4Array([1, 1]),
      timeArray([null, 5_000_000]),
      100,
      "w",
      1_000,
      NO,
      NO,
      int8Array([]),
      1,
      true,
    ],
    uses: ["jobs_due_idx", "jobs_pkey", "instances_pkey"],
  },
  {
    query: "lease_few_jobs",
    params: [
      textArray(["t1", "t1"]),
      int4Array([1, 2]),
      timeArray([0, 5_000_000]),
      8,
      "w",
      1_000,
      NO,
      int8Array([]),
      1,
      true,
    ],
    uses: ["jobs_due_idx", "jobs_pkey", "instances_pkey"],
  },
  {
    query: "lease_told_jobs",
    params: [ids, textArray(["t1"]), NO, "w", 1_000, NO, int8Array([]), 1, true],
    uses: ["jobs_pkey", "instances_pkey"],
  },
  { query: "lease_jobs_by_id", params: [ids, NO, "w", 1_000, NO, int8Array([]), 1], uses: ["jobs_pkey"] },
  {
    query: "commit_units",
    params: [...unitParams(units), true, ids],
    uses: ["instances_pkey", "jobs_pkey", "variables_index_pkey", "not_completed_pkey"],
  },
  {
    query: "create_instance",
    params: createParams({
      ...units[0],
      create: { definitionId: "1", key: "key-1", version: 1, startedAt: 0, rootId: "1000", latest: true },
    }),
    uses: ["instances_pkey"],
  },
  { query: "load_instances", params: [ids], uses: ["instances_pkey"] },
  { query: "extend_leases", params: [ids, int4Array([]), 1_000, NO], uses: ["jobs_pkey"] },
  {
    query: "update_jobs",
    params: [
      ids,
      int4Array([]),
      boolArray([]),
      timeArray([]),
      boolArray([]),
      textArray([]),
      int4Array([]),
      textArray([]),
      textArray([]),
      NO,
      textArray([]),
    ],
    uses: ["jobs_pkey"],
  },
  { query: "retry_job", params: ["default", "1000", NO], uses: ["jobs_held_idx"] },
  {
    query: "next_due_at",
    params: [textArray(["t1"]), int4Array([1]), timeArray([null]), NO],
    uses: ["jobs_due_idx"],
  },
  {
    query: "end_jobs",
    params: [ids, int4Array([]), textArray([]), "mark", NO, true],
    uses: ["jobs_pkey"],
  },
  { query: "list_ended_jobs", params: ["77", 100], uses: ["jobs_ended_idx"] },
  { query: "list_steps", params: ["77", 0, 100], uses: ["steps_0_pkey"] },
  { query: "list_jobs", params: [NO, "77", NO, NO, NO, 101], uses: ["jobs_instance_idx"] },
  { query: "list_messages", params: ["default", "m", "k77", NO], uses: ["messages_name_idx"] },
  {
    query: "find_subscriptions",
    params: ["default", "message", "m", "k77", NO, NO, NO, NO, 101],
    uses: ["subscriptions_name_idx"],
  },
  {
    // A page of a signal's receivers: not all of them sorted for each.
    query: "find_subscriptions",
    params: ["default", "signal", "s", "", NO, 1_900_000_000_000, 20_000_000, "70000", 201],
    uses: ["subscriptions_name_idx"],
    ordered: true,
  },
  { query: "find_by_unique_key", params: ["default", "u77"], uses: ["instances_unique_key_idx"] },
  {
    query: "list_instances",
    params: ["default", NO, NO, NO, NO, NO, NO, NO, NO, 9_000_000, "9000", 101, 0],
    uses: ["instances_tenant_idx"],
  },
  {
    query: "list_instances",
    params: [NO, NO, NO, "b77", NO, NO, NO, NO, NO, NO, NO, 101, 0],
    uses: ["instances_business_key_idx"],
  },
  {
    query: "list_instances_by_status",
    params: [
      "default",
      NO,
      NO,
      NO,
      textArray(["failed", "suspended"]),
      NO,
      NO,
      NO,
      NO,
      40_000,
      "40000",
      101,
      0,
    ],
    uses: ["not_completed_pkey"],
  },
  {
    query: "list_instances_by_variable",
    params: [
      "default",
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      101,
      0,
      textArray(["order"]),
      textArray(["77"]),
    ],
    uses: ["variables_index_value_idx", "instances_pkey"],
  },
  {
    query: "list_instances_by_variable",
    params: [
      "default",
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      NO,
      101,
      0,
      textArray(["region", "order"]),
      textArray(["27", "77"]),
    ],
    uses: ["variables_index_value_idx", "variables_index_pkey", "instances_pkey"],
  },
  {
    query: "variable_rarity",
    params: ["default", textArray(["region", "order"]), textArray(["27", "77"]), 1_000],
    uses: ["variables_index_value_idx"],
  },
];

Deno.test("hot statements use the indexes that their files name, with statistics and without", async (t) => {
  await using database = await testDatabase();
  await sql(database.url, ROWS);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const analysed of [false, true]) {
      if (analysed) await client.query("analyze");
      for (const { query, params, uses, ordered } of HOT) {
        await t.step(`${query}${analysed ? ", analysed" : ""}`, async () => {
          const { rows } = await client.query(`explain (format json) ${queries[query]}`, params);
          const plan = JSON.stringify(rows[0]["QUERY PLAN"]);
          for (const index of uses) {
            assert.ok(plan.includes(`"Index Name":"${index}"`), `${index} in ${plan}`);
          }
          if (ordered) assert.doesNotMatch(plan, /"Node Type":"(Incremental )?Sort"/);
          const scans = [...plan.matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g)].map((m) =>
            m[1]
          );
          assert.deepEqual(scans.filter((table) => !["tenants", "definitions"].includes(table)), []);
          const header = await Deno.readTextFile(new URL(`../../sql/queries/${query}.sql`, import.meta.url));
          for (const index of uses) {
            assert.ok(header.includes(index.replace("steps_0_", "steps_")), `header: ${index}`);
          }
        });
      }
    }
  } finally {
    await client.end();
  }
});

Deno.test("plans that are kept find rows by index alone, although the tables were empty when they were made", async (t) => {
  await using database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(PLANNING.generic);
    for (const { query, params, uses } of HOT) {
      if (!KEPT.has(query)) continue;
      await t.step(query, async () => {
        await client.query({ name: query, text: queries[query], values: params });
        const values = params.map(() => "null").join(", ");
        const { rows } = await client.query(`explain (format json) execute ${query}(${values})`);
        const plan = JSON.stringify(rows[0]["QUERY PLAN"]);
        for (const index of uses) assert.ok(plan.includes(`"Index Name":"${index}"`), `${index} in ${plan}`);
        assert.doesNotMatch(plan, /"Node Type":"(Seq Scan|Bitmap Heap Scan)"/);
        // Nor a whole index.
        for (const [node] of plan.matchAll(/"Node Type":"Index (Only )?Scan"[^{}]*/g)) {
          if (!node.includes('"Relation Name":"tenants"')) assert.match(node, /"Index Cond"/);
        }
        // Nor each row of a batch beside each other one.
        for (const { inner, outer } of nestedLoops(rows[0]["QUERY PLAN"][0].Plan)) {
          const crossed = inner["Node Type"].endsWith("CTE Scan") && inner["CTE Name"] !== "clock" &&
            outer["CTE Name"] !== "clock";
          assert.ok(!crossed, `${inner["CTE Name"]} for each row of ${JSON.stringify(outer)}`);
        }
      });
    }
  } finally {
    await client.end();
  }
});

interface Plan {
  readonly "Node Type": string;
  readonly "CTE Name"?: string;
  readonly Plans?: readonly Plan[];
}

function* nestedLoops(plan: Plan): Generator<{ readonly outer: Plan; readonly inner: Plan }> {
  const [outer, inner] = plan.Plans ?? [];
  if (plan["Node Type"] === "Nested Loop") yield { outer, inner };
  for (const each of plan.Plans ?? []) yield* nestedLoops(each);
}
