import assert from "node:assert/strict";
import pg from "pg";
import { queries } from "../../sql/mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { storeDatabase } from "../support/postgres.ts";
import { testCommitContract } from "./commit.ts";
import { testInstancesContract } from "./instances.ts";
import { testKpisContract } from "./kpis.ts";
import { type StoreUnderTest, testStoreContract } from "./mod.ts";
import { testStepsContract } from "./steps.ts";

const urls = new WeakMap<Store, string>();

/** Texts that were sent to a server. */
const sent = new Set<string>();
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (this: pg.Client, ...values: unknown[]) {
  const [config] = values as [string | { readonly text?: string }];
  sent.add(typeof config === "string" ? config : config?.text ?? "");
  return (query as (...values: unknown[]) => unknown).apply(this, values);
} as typeof query;
let opened = 0;

async function open(options?: { clock?: () => number }): Promise<PostgresStore> {
  opened += 1;
  const database = await storeDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false, ...options });
  urls.set(store, database.url);
  const close = store[Symbol.asyncDispose].bind(store);
  store[Symbol.asyncDispose] = async () => {
    await close();
    await database[Symbol.asyncDispose]();
  };
  return store;
}

function reopen(store: Store): Promise<PostgresStore> {
  return PostgresStore.open(urls.get(store) ?? "", { migrate: false });
}

testStoreContract({ name: "postgres", open, reopen });

/** No job has this id: to close it changes nothing, but is more than `create_instance` can do. */
const NO_JOB = "9223372036854775806";

/** @returns The store, which creates every instance by `commit_units`. */
function byCommitUnits(store: PostgresStore): PostgresStore {
  const { commit, join } = store;
  store.commit = (units, options) =>
    commit.call(
      store,
      units.map((unit) =>
        unit.create && unit.closeJobs.length === 0 ? { ...unit, closeJobs: [NO_JOB] } : unit
      ),
      options,
    );
  store.join = (...given) => byCommitUnits(join.apply(store, given));
  return store;
}

const other: StoreUnderTest = {
  name: "postgres, by the other statement",
  open: async (options) => byCommitUnits(await open(options)),
  reopen: async (store) => byCommitUnits(await reopen(store)),
};
testCommitContract(other);
testInstancesContract(other);
testStepsContract(other);
testKpisContract(other);

/** Not part of the contract: each with the test that runs it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  finish_format: "tests/upgrades/releases_test.ts",
  lock_instances: "tests/runtime/transactions_test.ts",
  state_format: "tests/upgrades/releases_test.ts",
};

Deno.test("postgres: every SQL file was run by these tests, or is run by one that is named here", async () => {
  // Only some of the tests were asked for.
  if (opened < 100) return;
  const missing = Object.entries(queries).filter(([, text]) => !sent.has(text)).map(([name]) => name);
  assert.deepEqual(missing.sort(), Object.keys(ELSEWHERE).sort());
  for (const [name, file] of Object.entries(ELSEWHERE)) {
    assert.ok((await Deno.readTextFile(new URL(`../../${file}`, import.meta.url))).length > 0, name);
  }
});
