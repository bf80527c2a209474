/** A sequential multi-instance over a long list: what an item writes does not grow with the list. */
import assert from "node:assert/strict";
import { createEngine, silentLogger } from "../../mod.ts";
import type { HandlerContext } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import type { Unit } from "../../storage/store.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";

const ZEEBE = `
    <multiInstanceLoopCharacteristics isSequential="true">
      <extensionElements><zeebe:loopCharacteristics inputCollection="= for i in 1..n return i" inputElement="item" outputCollection="results" outputElement="= item * 10"/></extensionElements>
    </multiInstanceLoopCharacteristics>`;

const DATA_ITEMS = `
    <multiInstanceLoopCharacteristics isSequential="true">
      <loopDataInputRef>items</loopDataInputRef>
      <loopDataOutputRef>results</loopDataOutputRef>
      <inputDataItem id="inItem" name="item"/>
      <outputDataItem id="outItem" name="result"/>
    </multiInstanceLoopCharacteristics>`;

class Counting extends MemoryStore {
  characters = 0;

  override commit(...[units]: Parameters<MemoryStore["commit"]>): ReturnType<MemoryStore["commit"]> {
    for (const unit of units as readonly Unit[]) {
      this.characters += unit.state.length + (unit.variables?.length ?? 0) + (unit.locals?.length ?? 0);
    }
    return super.commit(units);
  }
}

interface Ran {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Written per item. */
  readonly characters: number;
}

async function run(
  loop: string,
  variables: Record<string, unknown> & { readonly n: number },
  item: (context: HandlerContext) => unknown,
): Promise<Ran> {
  const store = new Counting();
  await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
  await engine.deploy(bpmn(`
  service Item: type=item
${loop}
  start -> Item -> end`));
  const { id } = await engine.start("p", { variables });
  await using worker = await createWorker({ store, handlers: { item }, logger: silentLogger });
  await worker.drain();
  assert.equal((await engine.getInstance(id)).status, "completed");
  return { variables: await engine.variables(id), characters: store.characters / variables.n };
}

Deno.test("ten times the items write hardly more for each", async () => {
  const few = await run(ZEEBE, { n: 200 }, () => undefined);
  const many = await run(ZEEBE, { n: 2_000 }, () => undefined);
  assert.deepEqual(many.variables.results, Array.from({ length: 2_000 }, (_, i) => (i + 1) * 10));
  assert.ok(many.characters < 2 * few.characters, `${few.characters} and ${many.characters} per item`);
});

Deno.test("an item's variables are its own, and so is what it is written over with", async () => {
  const items = Array.from({ length: 300 }, (_, i) => i % 7 === 0 ? null : { at: i });
  const seen: unknown[] = [];
  const { variables } = await run(
    DATA_ITEMS,
    { n: 300, items, item: "outer", result: "outer" },
    (context) => {
      seen.push([context.get("item"), context.get("result"), "item" in context.variables]);
      const at = Number(context.variables.loopCounter);
      return at % 2 ? { result: at, item: "changed" } : { item: "changed" };
    },
  );
  assert.deepEqual(seen, items.map((item) => [item, null, true]));
  assert.deepEqual(variables.results, items.map((_, i) => i % 2 ? i : null));
  assert.deepEqual([variables.item, variables.result, variables.items], ["outer", "outer", items]);
});

Deno.test("a called process gets the item where only inputs are handed over", async () => {
  const store = new MemoryStore();
  await using engine = await createEngine({ store, closeStore: false, logger: silentLogger });
  await engine.deploy(bpmn(`
process called
  service Each: type=each
  start start2
  end end2
  start2 -> Each -> end2
process p
  call Item: calls=called
    <extensionElements><zeebe:calledElement processId="called" propagateAllParentVariables="false"/></extensionElements>
${ZEEBE}
  start -> Item -> end`));
  await engine.start("p", { variables: { n: 3 } });
  const seen: unknown[] = [];
  const handlers = {
    each: (context: HandlerContext) => void seen.push(context.variables),
  };
  await using worker = await createWorker({ store, handlers, logger: silentLogger });
  await worker.drain();
  assert.deepEqual(seen.map((each) => ({ ...each as object })), [{ item: 1 }, { item: 2 }, { item: 3 }]);
});
