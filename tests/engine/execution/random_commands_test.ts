/**
 * Random commands on random processes: whatever people, workers and clocks do, no command throws, and after each one
 * the instance is sound (`core_invariants.ts`): nothing is open that it does not know, no step is written twice.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import type { Command, Scope, Token } from "../../../engine/mod.ts";
import { bpmn } from "../../support/bpmn_builder.ts";
import { CoreWorld } from "../../support/core_world.ts";
import { type Block, blocks, render } from "../../support/random_process.ts";

const RUNS = Number(Deno.env.get("BATON_RANDOM_RUNS") ?? 300);
const SEED = Number(Deno.env.get("BATON_RANDOM_SEED") ?? Date.now() % 1_000_000);

type Action = readonly [kind: string, choice: number];

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom("complete", "run") },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          "byHand",
          "throwByHand",
          "flowByHand",
          "fail",
          "error",
          "resolve",
          "early",
        ),
      },
      { weight: 3, arbitrary: fc.constantFrom("suspend", "resume", "variables", "report", "again") },
      { weight: 1, arbitrary: fc.constant("cancel") },
    ),
    fc.nat(1_000),
  ),
  { minLength: 5, maxLength: 60 },
);

function tokensOf(w: CoreWorld, id: string): Token[] {
  const found: Token[] = [];
  const walk = (scope: Scope): void => {
    for (const token of scope.tokens) {
      found.push(token);
      if (token.scope) walk(token.scope);
    }
  };
  walk(w.live.get(id)!.instance.state.root);
  return found;
}

function act(w: CoreWorld, [kind, choice]: Action): void {
  const pick = <T>(list: Iterable<T>): T | undefined => {
    const all = [...list];
    return all[choice % all.length];
  };
  const id = pick(w.live.keys())!;
  const token = pick(tokensOf(w, id));
  const job = pick([...w.jobs.values()].filter((each) => each.instanceId === id && each.type === "work"));
  const command = ((): Command | undefined => {
    switch (kind) {
      case "byHand":
        return token && { kind: "completeElement", token: token.id, variables: { x: choice } };
      case "throwByHand":
        return token && { kind: "completeElement", token: token.id, errorCode: "E3" };
      case "flowByHand": {
        const flow = token && w.live.get(id)!.model.elements.get(token.el)?.outgoing[0];
        return flow && { kind: "completeElement", token: token.id, flowId: flow.id };
      }
      case "fail":
        return job && { kind: "failJob", jobId: job.id, incident: "job-no-retries", message: "no" };
      case "error":
        return job && { kind: "throwError", jobId: job.id, code: choice % 2 ? "E3" : "other" };
      case "suspend":
      case "resume":
        return { kind };
      case "variables":
        return { kind: "setVariables", variables: { y: choice }, scope: token?.id };
      case "cancel":
        return { kind: "cancel", status: "cancelled", reason: "enough" };
      case "report": {
        const task = [...w.userTasks].find(([, each]) => each.instanceId === id);
        const throws = choice % 2 ? "error" : "escalation";
        return task && { kind: "throwFromUserTask", taskId: task[0], throws, code: "E3" };
      }
      case "again":
        return w.log.findLast((each) => each.id === id)?.command;
      default:
        return undefined;
    }
  })();
  if (command && command.kind !== "start") w.send(id, command);
  if (kind === "complete") {
    const task = pick(w.userTasks);
    if (task) w.send(task[1].instanceId, { kind: "completeUserTask", taskId: task[0], variables: {} });
  }
  if (kind === "run") w.runNext();
  if (kind === "resolve") {
    const incident = pick(w.incidents.keys());
    if (incident) w.resolve(incident);
  }
  if (kind === "early") {
    const timer = pick([...w.jobs.values()].filter((each) => each.type === "baton:timer"));
    if (timer) w.send(timer.instanceId!, { kind: "fireTimer", jobId: timer.id });
  }
}

function check(block: Block, chosen: readonly Action[]): void {
  const { text } = render(block);
  const done: Action[] = [];
  try {
    const w = new CoreWorld({ roundTrip: true });
    w.deploy(bpmn(text));
    w.auto = false;
    w.start("p");
    for (const action of chosen) {
      done.push(action);
      act(w, action);
    }
    for (const id of w.live.keys()) w.send(id, { kind: "cancel", status: "cancelled" });
    assert.deepEqual([w.userTasks.size, w.subscriptions.size, w.incidents.size], [0, 0, 0]);
  } catch (error) {
    const { message, stack } = error as Error;
    throw new Error(`${message}\nafter ${JSON.stringify(done)}\nin the process\n${text}\n${stack}`);
  }
}

Deno.test(`random commands leave every instance sound (BATON_RANDOM_SEED=${SEED})`, () => {
  fc.assert(fc.property(blocks(), actions, check), { seed: SEED, numRuns: RUNS });
});
