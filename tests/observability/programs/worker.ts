/** Works on a KV file until all that can be done is done: `worker.ts FILE`. */
import { KvStore } from "../../../storage/kv.ts";
import { consoleLogger } from "../../../mod.ts";
import { createWorker } from "../../../worker.ts";

await using worker = await createWorker({
  store: await KvStore.open(Deno.args[0]),
  handlers: {
    charge: (ctx) => {
      if (ctx.get("card") === "bad") ctx.fail({ message: "card refused", retryInMs: 1 });
      if (ctx.attempt === 1) ctx.fail({ message: "try again", retryInMs: 1 });
      return { paid: true };
    },
    ship: () => {},
  },
  retries: 1,
  logger: consoleLogger("info", "json"),
});
worker.start();
while ((await worker.engine.forTenant("acme").instances({ statuses: ["completed"] })).items.length < 2) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
while ((await worker.engine.forTenant("acme").incidents.list()).items.length < 1) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
// Long enough for one export of the figures.
await new Promise((resolve) => setTimeout(resolve, 500));
