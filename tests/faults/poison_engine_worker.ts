/** A worker that ends, or stands still, at a unit that a timer has moved: `poison_engine_worker.ts PLACE HOW INSTANCE`. */
import { silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import type { Store } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";

const [place, how, instanceId] = Deno.args;

const store = place.startsWith("postgres")
  ? await PostgresStore.open(place, { migrate: false })
  : await KvStore.open(place);

const commit: Store["commit"] = store.commit.bind(store);
// As if the work itself did it.
const poisoned: Store["commit"] = (units, ...others) => {
  if (units.some((unit) => unit.instanceId === instanceId)) {
    console.log("poisoned");
    if (how === "kills its process") Deno.kill(Deno.pid, "SIGKILL");
    // Blocks the event loop, without a processor that others need: not even its leases are extended.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  return commit(units, ...others);
};
store.commit = poisoned;

const worker = await createWorker({
  store,
  logger: silentLogger,
  leaseMs: 1_000,
  pollMs: 100,
  handlers: { work: () => {} },
});
worker.start();
console.log("ready");
