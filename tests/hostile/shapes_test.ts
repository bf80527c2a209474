import assert from "node:assert/strict";
import { BpmnValidationError, createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { SHAPES } from "./shapes.ts";

/**
 * Counts how many items of lists are looked at while a function runs. Unlike time it is the same on a busy machine:
 * work per pair of elements shows as sixteen times as much where there are four times as many elements.
 */
async function lookedAt(run: () => Promise<void>): Promise<number> {
  let count = 0;
  const methods = Array.prototype as unknown as Record<string | symbol, (...values: unknown[]) => unknown>;
  const originals = new Map<string | symbol, (...values: unknown[]) => unknown>();
  const patch = (
    name: string | symbol,
    by: (original: (...values: unknown[]) => unknown) => typeof methods[string],
  ) => {
    originals.set(name, methods[name]);
    methods[name] = by(methods[name]);
  };
  for (
    const name of ["map", "filter", "flatMap", "forEach", "some", "every", "find", "findIndex", "findLast"]
  ) {
    patch(name, (original) =>
      function (this: unknown, ...values: unknown[]) {
        const [each, that] = values as [(...values: unknown[]) => unknown, unknown];
        return original.call(this, (...items: unknown[]) => {
          count += 1;
          return each.apply(that, items);
        });
      });
  }
  for (const name of ["includes", "indexOf"]) {
    patch(name, (original) =>
      function (this: unknown, ...values: unknown[]) {
        count += (this as unknown[]).length;
        return original.apply(this, values);
      });
  }
  patch(Symbol.iterator, (original) =>
    function (this: unknown) {
      const iterator = original.call(this) as IterableIterator<unknown>;
      const next = iterator.next.bind(iterator);
      iterator.next = () => {
        count += 1;
        return next();
      };
      return iterator;
    });
  try {
    await run();
  } finally {
    for (const [name, original] of originals) methods[name] = original;
  }
  return count;
}

async function deploy(xml: string): Promise<void> {
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  try {
    await engine.deploy(xml);
  } catch (error) {
    if (!(error instanceof BpmnValidationError)) throw error;
    assert.ok(
      error.problems.every(({ message }) => message.length <= 2_000),
      "a message is too long to be read",
    );
  }
}

const SMALL = 200;

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`four times as much work for four times as large a file: ${name}`, async () => {
    // Once before: what is made once per process counts for nobody.
    await deploy(shape(SMALL));
    const small = await lookedAt(() => deploy(shape(SMALL)));
    const large = await lookedAt(() => deploy(shape(4 * SMALL)));
    assert.ok(
      large < 7 * small + 20_000,
      `${small} items were looked at in the small file, ${large} in the large one`,
    );
  });
}
