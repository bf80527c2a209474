import assert from "node:assert/strict";
import { bpmn } from "../support/bpmn_builder.ts";
import { onEachStore } from "../runtime/each_store.ts";

const CHARGE = `
  start -> W -> end
  service W: type=charge`;
const CALLED = `
  process p
    start1 -> C -> end1
    call C: calls=q
  process q
    start -> W -> end
    service W: type=charge`;

for (const [name, model] of [["in a process", CHARGE], ["in a called process", CALLED]]) {
  onEachStore(
    `a BPMN error that nothing catches, ${name}, keeps its job: resolved, it runs again`,
    async ({ engine, worker }) => {
      const baton = await engine();
      await baton.deploy(bpmn(model));
      let attempts = 0;
      const w = await worker({
        handlers: { charge: (ctx) => ++attempts === 1 ? ctx.throwBpmnError("declined") : { paid: true } },
      });
      const { id } = await baton.start("p");
      await w.drain();
      const [incident] = (await baton.incidents.list()).items;
      assert.equal(incident.elementId, "W");
      const [job] = (await baton.jobs.list({ type: "charge" })).items;
      assert.deepEqual([job?.dueAt, job?.held], [null, "incident"]);

      await baton.incidents.resolve(incident);
      await w.drain();

      assert.equal(attempts, 2);
      assert.equal((await baton.getInstance(id)).status, "completed");
      assert.deepEqual(await baton.variables(id), { paid: true });
      assert.deepEqual((await baton.jobs.list()).items, []);
    },
  );
}
