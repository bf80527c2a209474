/** A worker with a poisoned handler: `poison_worker.ts FILE HOW`. */
import { silentLogger } from "../../mod.ts";
import { KvStore } from "../../storage/kv.ts";
import { createWorker } from "../../worker.ts";

const [file, how] = Deno.args;

function poison(): void {
  if (how === "exits") Deno.exit(3);
  if (how === "kills its process") Deno.kill(Deno.pid, "SIGKILL");
  for (;;); // blocks the event loop: not even its leases are extended
}

const worker = await createWorker({
  store: await KvStore.open(file),
  logger: silentLogger,
  leaseMs: 1_000,
  pollMs: 100,
  handlers: { poison, work: () => {} },
});
worker.start();
console.log("ready");
