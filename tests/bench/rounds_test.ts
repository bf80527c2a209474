import assert from "node:assert/strict";
import { inTurn, ratiosOf } from "../../bench/rounds.ts";

Deno.test("inTurn() measures first, second, second, first, and gives the round in the middle", async () => {
  const order: string[] = [];
  const measure = (name: string, values: number[]) => () => {
    order.push(name);
    return Promise.resolve(values.shift()!);
  };
  const ratio = ({ first, second }: { first: number; second: number }) => second / first;

  const { rounds, middle } = await inTurn(3, measure("a", [1, 2, 4]), measure("b", [9, 2, 6]), ratio);

  assert.deepEqual(order, ["a", "b", "b", "a", "a", "b"]);
  assert.deepEqual(middle, { first: 4, second: 6 });
  assert.equal(ratiosOf(rounds, ratio), "1.00, 1.50, 9.00");
});

Deno.test("inTurn() refuses a number of rounds without a middle", async () => {
  const one = () => Promise.resolve(1);
  await assert.rejects(() => inTurn(2, one, one, () => 1), /middle of 2/);
});
