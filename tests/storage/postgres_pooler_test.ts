import assert from "node:assert/strict";
import { PostgresStore } from "../../storage/postgres.ts";
import { changeOf, commitAll, givenInstance, givenJobs, lease, load } from "../contract/given.ts";
import { cuttingProxy } from "../support/cutting_proxy.ts";
import { testDatabase } from "../support/postgres.ts";

/** BackendKeyData: `K`, its length, the id of the process, a secret. */
const BACKEND_KEY = [0x4b, 0, 0, 0, 12];

/** As PgBouncer does: each client is told of a process of its own. */
function renameProcess(bytes: Uint8Array): void {
  for (let i = 0; i + 13 <= bytes.length; i++) {
    if (BACKEND_KEY.every((byte, n) => bytes[i + n] === byte)) bytes.set([0x7f, 1, 2, 3], i + 5);
  }
}

for (
  const [name, pooled, namedStatements, expected] of [
    ["to the server itself statements have names", false, undefined, true],
    ["to a pooler statements have no names, for their sessions are others' at once", true, undefined, false],
    ["to a pooler that keeps sessions statements have names, if that is said", true, true, true],
  ] as const
) {
  Deno.test(`through a connection ${name}`, async () => {
    await using database = await testDatabase();
    await using proxy = cuttingProxy(database.url);
    let named = false;
    let settings = false;
    proxy.tap = (bytes, fromServer) => {
      if (fromServer) return pooled ? renameProcess(bytes) : undefined;
      const text = new TextDecoder("latin1").decode(bytes);
      named ||= text.includes("baton_lease");
      settings ||= text.includes("set jit");
    };
    await using store = await PostgresStore.open(proxy.url, { namedStatements });
    const instance = await givenInstance(store);
    await commitAll(store, [changeOf(instance, { state: '{"moved":1}' })]);
    assert.equal((await load(store, instance.id)).state, '{"moved":1}');
    await givenJobs(store, 1);
    assert.equal((await lease(store)).jobs.length, 1);
    assert.deepEqual([named, settings], [expected, expected]);
  });
}
