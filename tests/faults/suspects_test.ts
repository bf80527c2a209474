/** Jobs that have lost a worker by chance, and take long: they do not stop the next worker. */
import assert from "node:assert/strict";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const LEASE_MS = 400;

for (const lost of [1, 2]) {
  onEachStore(
    `handlers that take long after ${lost} lost leases are not waited for until they end`,
    async (given) => {
      const { store, clock } = given;
      const engine = await given.engine();
      await engine.deploy(bpmn(`
      start -> W -> end
      service W: type=work
    `));
      for (let i = 0; i < 3; i++) await engine.start("p");
      for (let i = 0; i < lost; i++) {
        const wants = [{ type: "work", max: 10 }];
        const request = { worker: "dying", wants, max: 10, leaseMs: LEASE_MS, at: clock.now() };
        assert.equal((await store.leaseJobs(request)).jobs.length, 3);
        clock.advance(2 * LEASE_MS);
      }
      await engine.start("p");
      // given: handlers of which none ends before all have begun
      const all = Promise.withResolvers<void>();
      const others: number[] = [];
      let running = 0;
      const worker = await given.worker({
        leaseMs: LEASE_MS,
        pollMs: 20,
        handlers: {
          work: async () => {
            others.push(running++);
            if (running === 4) all.resolve();
            await all.promise;
          },
        },
      });
      worker.start();
      // Whoever waits for the first one to end waits for ever.
      const late = setTimeout(() => all.reject(new Error(`only ${running} have begun`)), 60_000);
      await all.promise;
      clearTimeout(late);
      assert.deepEqual(others, [0, 1, 2, 3]);
      while (worker.counters().completed < 4) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual((await store.listJobs()).items, []);
    },
  );
}
