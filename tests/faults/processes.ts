/** Processes whose end does not depend on when things happen: what a run with faults is compared by. */
import type { Engine, Handler } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";

/** A process, and who takes part in it. */
export interface FaultCase {
  readonly name: string;
  readonly xml: string;
  /** The processes to start: key and variables. */
  readonly starts: readonly (readonly [key: string, variables: Record<string, unknown>])[];
  /** Handlers that do more than note that they ran; every other one sets `did-<element>`. */
  readonly handlers?: Readonly<Record<string, Handler>>;
  /** Job types that are handled. */
  readonly types: readonly string[];
  /** What people and other systems do, again and again until all has ended: a repeat must do no harm. */
  readonly users?: (engine: Engine) => Promise<void>;
}

async function completeTasks(engine: Engine): Promise<void> {
  for (const { id, elementId } of (await engine.userTasks.list()).items) {
    await engine.userTasks.complete(id, { [`did-${elementId}`]: true });
  }
}

const ORDER = Deno.readTextFileSync(new URL("../models/order_fulfillment.bpmn", import.meta.url));
const ORDER_TYPES = ["validate-order", "reserve-inventory", "process-payment", "fulfil-order"];

/** All cases; the first one is order fulfilment. */
export const FAULT_CASES: readonly FaultCase[] = [
  {
    name: "order fulfilment",
    xml: ORDER,
    starts: [["order-fulfillment", { total: 12 }]],
    types: ORDER_TYPES,
  },
  {
    name: "five orders at once",
    xml: ORDER,
    starts: [1, 2, 3, 4, 5].map((total) => ["order-fulfillment", { total }]),
    types: ORDER_TYPES,
  },
  {
    name: "timers",
    xml: bpmn(`
      start -> wait -> W -> U -> end
      catch wait: timer=PT1H
      service W: type=work
      boundary late on U: timer=PT2H non
      late -> L -> end2
      service L: type=late
    `),
    starts: [["p", {}]],
    types: ["work", "late"],
    async users(engine) {
      // The person comes when the reminder has been worked off.
      const { items } = await engine.instances({ key: "p" });
      for (const { id } of items) {
        if (
          (await engine.history(id)).some((step) => step.elementId === "end2" && step.status === "completed")
        ) {
          await completeTasks(engine);
        }
      }
    },
  },
  {
    name: "a message in, a message out that starts another process",
    xml: bpmn(`
      process a
        start -> paid -> W -> told -> end
        catch paid: message="paid@order"
        throw told: message="shipped"
        service W: type=work
      process b
        startB -> V -> endB
        start startB: message="shipped"
        service V: type=invoice
    `),
    starts: [["a", { order: "o-1" }]],
    types: ["work", "invoice"],
    async users(engine) {
      if ((await engine.instances({ key: "a", statuses: ["running"] })).items.length === 0) return;
      await engine.publishMessage("paid", {
        key: "o-1",
        messageId: "paid-1",
        variables: { amount: 7 },
        timeToLiveMs: 24 * 3_600_000,
      });
    },
  },
  {
    name: "a called process that calls another one",
    xml: bpmn(`
      process outer
        start -> C -> W -> end
        call C: calls=middle
        service W: type=work
      process middle
        start2 -> D -> V -> end2
        call D: calls=inner
        service V: type=work2
      process inner
        start3 -> X -> end3
        service X: type=work3
    `),
    starts: [["outer", { n: 1 }]],
    types: ["work", "work2", "work3"],
  },
  {
    name: "an error of a called process, caught by the caller",
    xml: bpmn(`
      process outer
        start -> C -> end
        call C: calls=inner
        boundary failed on C: error=declined
        failed -> R -> end2
        service R: type=refund
      process inner
        start3 -> X -> end3
        service X: type=charge
    `),
    starts: [["outer", {}]],
    types: ["refund", "charge"],
    handlers: { charge: (ctx) => ctx.throwBpmnError("declined", { variables: { reason: "limit" } }) },
  },
  {
    name: "compensation",
    xml: bpmn(`
      start -> A1 -> B1 -> undo -> end
      service A1: type=a
      service B1: type=b
      undo service UndoA of A1: type=undo-a
      undo service UndoB of B1: type=undo-b
      throw undo: compensate
    `),
    starts: [["p", {}]],
    types: ["a", "b", "undo-a", "undo-b"],
  },
  {
    name: "multi-instance, parallel and sequential",
    xml: bpmn(`
      start -> A1 -> B1 -> end
      service A1: type=a each=items:item
      service B1: type=b sequential=3
    `),
    starts: [["p", { items: [1, 2, 3, 4] }]],
    types: ["a", "b"],
  },
  {
    name: "an error boundary, a second attempt and an event sub-process",
    xml: bpmn(`
      start -> F -> W -> U -> end
      service F: type=flaky
      service W: type=work
      boundary no on W: error=declined
      no -> R -> raise -> end2
      throw raise: escalation=review
      service R: type=repair
      event review
        startReview -> V -> endReview
        start startReview: escalation=review non
        service V: type=review
    `),
    starts: [["p", {}]],
    types: ["flaky", "work", "repair", "review"],
    handlers: {
      flaky: (ctx) => ctx.attempt === 1 ? ctx.fail({ retryInMs: 1_000 }) : { flaky: "done" },
      work: (ctx) => ctx.throwBpmnError("declined"),
    },
  },
  {
    name: "a transaction that is cancelled",
    xml: bpmn(`
      start -> T -> end
      transaction T
        start2 -> A1 -> stop
        service A1: type=book
        undo service UndoA of A1: type=unbook
        end stop: cancel
      boundary cancelled on T: cancel
      cancelled -> R -> end3
      service R: type=report
    `),
    starts: [["p", {}]],
    types: ["book", "unbook", "report"],
  },
  {
    name: "a signal to two instances, a condition, a race of events",
    xml: bpmn(`
      process waiting
        start -> heard -> W -> end
        catch heard: signal=go
        service W: type=work
      process deciding
        start2 -> race
        events race
        race -> first, second
        catch first: message="first@order"
        catch second: timer=P30D
        first -> ready -> V -> end2
        second -> Never -> end4
        catch ready: condition="approved == true"
        service V: type=decide
    `),
    starts: [["waiting", { n: 1 }], ["waiting", { n: 2 }], ["deciding", { order: "o-2" }]],
    types: ["work", "decide"],
    async users(engine) {
      await engine.broadcastSignal("go", { variables: { heard: true } });
      for (const { id } of (await engine.instances({ key: "deciding", statuses: ["running"] })).items) {
        await engine.publishMessage("first", { key: "o-2", messageId: "first-1", timeToLiveMs: 3_600_000 });
        await engine.setVariables(id, { approved: true });
      }
    },
  },
  {
    name: "a called process is cancelled with its caller's sub-process",
    xml: bpmn(`
      process outer
        start -> S -> end
        sub S
          start2 -> C -> end2
          call C: calls=inner
        boundary stop on S: timer=PT1H
        stop -> W -> end3
        service W: type=work
      process inner
        start3 -> U -> end4
    `),
    starts: [["outer", {}]],
    types: ["work"],
  },
  {
    name: "user tasks in parallel, in a loop",
    xml: bpmn(`
      start -> fork -> U, V -> join -> W -> end
      parallel fork
      parallel join
      service W: type=work parallel=2
    `),
    starts: [["p", {}]],
    types: ["work"],
    users: completeTasks,
  },
];
