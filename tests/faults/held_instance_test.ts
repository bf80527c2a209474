import assert from "node:assert/strict";
import pg from "pg";
import { createEngine, silentLogger } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { storeDatabase } from "../support/postgres.ts";

Deno.test("PostgreSQL: a user's open transaction delays its own instance and no other", async () => {
  await using database = await storeDatabase();
  const store = await PostgresStore.open(database.url, { migrate: false });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await using engine = await createEngine({ store, logger: silentLogger });
    await engine.deploy(bpmn(`
      start -> fork -> W, V -> join -> end
      parallel fork
      parallel join
      service W: type=work
      service V: type=other
    `));
    // given: a transaction that has completed one of an instance's two jobs, and stays open
    const held = await engine.start("p", { businessKey: "held" });
    const [claim] = await engine.jobs.claim({ types: ["other"] });
    await client.query("begin");
    await engine.jobs.complete(claim, { transaction: client });

    // when: a worker does the other job of that instance, and all of fifty more
    const others = await Promise.all(Array.from({ length: 50 }, () => engine.start("p")));
    const worker = await createWorker({
      store,
      closeStore: false,
      migrate: false,
      logger: silentLogger,
      handlers: { work: () => {}, other: () => {} },
    });
    worker.start();
    const ended = async (id: string, what: string) => {
      for (let tries = 0; (await engine.getInstance(id)).status !== "completed"; tries++) {
        assert.ok(tries < 6_000, what);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    // The transaction stays open until they have ended: nothing is timed.
    for (const { id } of others) await ended(id, `instance ${id} waits for another one's transaction`);

    // then: only that instance has waited, and it goes on when the transaction is over
    assert.equal((await engine.getInstance(held.id)).status, "running");
    await client.query("commit");
    await ended(held.id, "the held instance goes on");
    await worker.stop();
    const steps = await engine.history(held.id);
    assert.deepEqual(steps.map((step) => step.sequence), [1, 2, 3, 4, 5, 6]);
  } finally {
    await client.end();
  }
});
