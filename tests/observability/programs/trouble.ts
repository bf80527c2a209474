/** What goes less well: changes that another one got ahead of, jobs that nobody takes, leases that are lost. */
import { createEngine, silentLogger } from "../../../mod.ts";
import { MemoryStore } from "../../../storage/memory.ts";
import { createWorker } from "../../../worker.ts";
import { bpmn } from "../../support/bpmn_builder.ts";

const store = new MemoryStore();
await using engine = await createEngine({ store, closeStore: false });
await engine.deploy(bpmn(`
  start -> Slow -> end
  service Slow: type=slow
`));
const { id } = await engine.start("p");
{
  // Each has the instance in its memory as it was before the other one changed it.
  await using other = await createEngine({ store, closeStore: false });
  for (const each of [engine, other, engine, other]) await each.setVariables(id, { seen: true });
}
{
  await using worker = await createWorker({
    store,
    closeStore: false,
    leaseMs: 300,
    logger: silentLogger,
    handlers: {
      slow: async (ctx) => {
        await engine.cancel(id); // its job is gone, and with it the lease
        await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve, { once: true }));
      },
    },
  });
  await worker.drain();
}
// One that takes it, but does not begin.
await engine.start("p");
await using _idle = await createWorker({
  store,
  closeStore: false,
  handlers: { slow: () => {} },
  logger: silentLogger,
});
// Long enough for one export of the figures.
await new Promise((resolve) => setTimeout(resolve, 1_000));
