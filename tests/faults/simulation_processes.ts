/** What the simulated fleet runs: small processes that touch each other in many ways. */
import type { Handlers } from "../../mod.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import type { Random } from "../support/random.ts";

/** Keys of the processes that are started from outside. */
export const STARTED: readonly string[] = ["order", "parent", "race", "items", "saga", "talk"];

/** A file for each process: every simulated worker compiles what it needs. */
export const FILES: readonly string[] = [
  `
    process order
      start -> A1 -> fork -> B1, C1 -> join -> D1 -> end
      service A1: type=work
      service B1: type=slow
      service C1: type=flaky
      service D1: type=work
      parallel fork
      parallel join
  `,
  `
    process parent
      startP -> call -> W -> endP
      call call: calls=child
      boundary failed on call: error=declined
      boundary late on call: timer=PT8M
      failed -> R -> endFailed
      late -> endLate
      service W: type=work
      service R: type=work
  `,
  `
    process child
      startC -> asked -> choice
      catch asked: message="go@order"
      xor choice
      choice -[pay == true]-> K -> endC
      choice -/-> V -> endD
      service K: type=charge
      service V: type=flaky
  `,
  `
    process race
      startR -> first
      events first
      first -> heard, told, waited
      catch heard: signal=alarm
      catch told: message="go@order"
      catch waited: timer=PT5M
      heard -> H -> endR
      told -> U -> endT
      waited -> endW
      service H: type=work
      event reminder
        startRem -> M -> endRem
        start startRem: timer=R3/PT1M non
        service M: type=work
  `,
  `
    process items
      startI -> S -> X -> endI
      sub S: each=list:item
        startS -> N -> endS
        service N: type=flaky
      service X: type=slow sequential=2
      boundary enough on S: condition="stop == true"
      enough -> endEnough
  `,
  `
    process saga
      startG -> T -> endG
      transaction T
        startT -> G1 -> G2 -> decide
        service G1: type=work
        service G2: type=flaky
        undo service UndoG1 of G1: type=work
        xor decide
        decide -[pay == true]-> endOk
        decide -/-> stop
        end stop: cancel
      boundary undone on T: cancel
      undone -> endUndone
  `,
  `
    process talk
      startK -> Q -> pause -> tell -> shout -> end2
      service Q: type=work
      catch pause: timer=PT40S
      throw tell: message="go@order"
      throw shout: signal=alarm
  `,
  `
    process answer
      startA -> Z -> endA
      start startA: message="go@order"
      service Z: type=work
  `,
].map(bpmn);

/** Other versions of some of them, deployed while the first ones run. */
export const NEXT_FILES: readonly string[] = [
  `
    process order
      start -> A1 -> B1 -> end
      service A1: type=work
      service B1: type=flaky
  `,
  `
    process answer
      startA2 -> Z -> endA
      start startA2: message="go@order"
      service Z: type=flaky
  `,
  `
    process child
      startC -> K -> endC
      service K: type=charge
  `,
].map(bpmn);

/** @param random.next Decides what the handlers do while there is chaos; afterwards they just work. */
export function simulationHandlers(random: Random, chaos: () => boolean, leaseMs: number): Handlers {
  const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
  return {
    work: (ctx) => ({ [`did-${ctx.element.id}`]: true }),
    slow: async (ctx) => {
      await sleep(chaos() ? random.below(2 * leaseMs) : 10);
      return { [`did-${ctx.element.id}`]: true };
    },
    flaky: (ctx) => {
      if (chaos() && random.next() < 0.4) ctx.fail({ message: "chance", retry: random.next() < 0.9 });
      return { [`did-${ctx.element.id}`]: true };
    },
    charge: (ctx) => chaos() && random.next() < 0.5 ? ctx.throwBpmnError("declined") : {},
  };
}
