/** Processes that are recorded in the middle of their lives. Only the recorder reads this: see `finish.ts`. */
import { bpmn } from "../bpmn_builder.ts";
import type { Outside } from "./finish.ts";

/** One file of processes, and what its instances meet. */
export interface StoredCase {
  /** Part of the tenants' names. */
  readonly name: string;
  readonly xml: string;
  readonly starts: readonly (readonly [key: string, variables: Record<string, unknown>])[];
  readonly outside?: Outside;
}

const ITEMS = `
  service Item: type=work
    <multiInstanceLoopCharacteristics>
      <extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" outputCollection="results" outputElement="= item"/></extensionElements>
    </multiInstanceLoopCharacteristics>
`;

/** All of them; each is recorded at several moments. */
export const STORED_CASES: readonly StoredCase[] = [
  {
    name: "tasks",
    xml: bpmn(`
      start -> F -> choice
      choice -[total > 10]-> W -> end
      choice -/-> V -> end2
      xor choice
      service F: type=flaky
      service W: type=work
      service V: type=work
    `),
    starts: [1, 12, 2, 13].map((total) => ["p", { total, text: "ä€😀 \"'\\ \n" }]),
  },
  {
    name: "timers",
    xml: bpmn(`
      start -> wait -> W -> U -> end
      catch wait: timer=PT1H
      service W: type=work
      boundary late on U: timer=PT2H non
      late -> L -> end2
      service L: type=work
    `),
    starts: [["p", {}]],
  },
  {
    name: "timer-starts",
    xml: bpmn(`
      start -> W -> end
      start start: timer=PT3H
      service W: type=work
    `),
    starts: [],
  },
  {
    name: "messages",
    xml: bpmn(`
      process a
        start -> paid -> W -> told -> end
        catch paid: message="paid@order"
        throw told: message="shipped"
        service W: type=work
      process b
        startB -> V -> endB
        start startB: message="shipped"
        service V: type=work
    `),
    starts: [["a", { order: "o-1" }], ["a", { order: "o-2" }]],
    outside: { messages: [{ name: "paid", key: "o-1" }, { name: "paid", key: "o-2" }] },
  },
  {
    name: "calls",
    xml: bpmn(`
      process outer
        start -> C -> W -> end
        call C: calls=middle
        service W: type=work
      process middle
        start2 -> D -> V -> end2
        call D: calls=inner
        service V: type=work
      process inner
        start3 -> X -> end3
        service X: type=work
    `),
    starts: [["outer", { n: 1 }]],
  },
  {
    name: "errors",
    xml: bpmn(`
      process outer
        start -> C -> end
        call C: calls=inner
        boundary failed on C: error=declined
        failed -> R -> raise -> end2
        service R: type=work
        throw raise: escalation=review
        event review
          startReview -> V -> endReview
          start startReview: escalation=review non
          service V: type=work
      process inner
        start3 -> X -> end3
        service X: type=decline
    `),
    starts: [["outer", {}]],
  },
  {
    name: "compensation",
    xml: bpmn(`
      start -> A1 -> T -> undo -> end
      service A1: type=work
      undo service UndoA of A1: type=work
      transaction T
        start2 -> B1 -> stop
        service B1: type=work
        undo service UndoB of B1: type=work
        end stop: cancel
      boundary cancelled on T: cancel
      cancelled -> R -> undo2 -> end3
      service R: type=work
      throw undo: compensate
      throw undo2: compensate
    `),
    starts: [["p", {}]],
  },
  {
    name: "loops",
    xml: bpmn(`
      start -> A1 -> B1 -> C1 -> end
      service A1: type=work each=items:item
      service B1: type=work sequential=3
      user C1: each=items:item
    `),
    starts: [["p", { items: [1, 2, 3, 4] }]],
  },
  {
    name: "crowd",
    xml: bpmn(`${ITEMS}
      start -> Item -> end`),
    starts: [["p", { items: Array.from({ length: 80 }, (_, i) => i) }]],
  },
  {
    name: "signals",
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
        service V: type=work
    `),
    starts: [["waiting", { n: 1 }], ["waiting", { n: 2 }], ["deciding", { order: "o-2" }]],
    outside: {
      signals: ["go"],
      messages: [{ name: "first", key: "o-2" }],
      variables: { key: "deciding", values: { approved: true } },
    },
  },
  {
    name: "conditions",
    xml: bpmn(`
      process p
        start -> ready -> V -> end
        catch ready: condition="approved == true"
        service V: type=work
      process never
        startN -> Never -> endN
        start startN: condition="never == true"
    `),
    starts: [["p", { order: "o-3" }]],
    outside: { variables: { key: "p", values: { approved: true } } },
  },
  {
    name: "people",
    xml: bpmn(`
      start -> fork -> U, V, X -> join -> W -> end
      parallel fork
      parallel join
      user V
        <extensionElements><zeebe:assignmentDefinition assignee="ann" candidateGroups="sales, law" candidateUsers="bob"/><zeebe:taskSchedule dueDate="2026-02-01T12:00:00Z"/></extensionElements>
      service X: type=broken
      service W: type=work parallel=2
    `),
    starts: [["p", { n: null, list: [1.5, true, {}] }]],
  },
];

/**
 * Timers that repeat. However many of their times have passed when one fires, that is one firing: how often they fire
 * tells how late workers looked. So the moments of this case are days, not calls to the store, and it looks once a day.
 */
export const REPEATING: StoredCase = {
  name: "repeating",
  xml: bpmn(`
    process p
      start -> S -> U -> end
      sub S
        startS -> wait -> endS
        catch wait: timer=R3/P20D
      boundary weekly on S: timer=R/P7D non
      boundary sundays on S: timer="0 0 * * SUN" non
      weekly -> W -> end2
      sundays -> V -> end3
      service W: type=work
      service V: type=work
      boundary thrice on U: timer=R3/P7D non
      thrice -> X -> end4
      service X: type=work
      event Again
        startA -> Y -> endA
        start startA: timer=R4/P9D non
        service Y: type=work
    process q
      startQ -> Z -> endQ
      start startQ: timer=R3/P8D
      service Z: type=work
  `),
  starts: [["p", { n: 1 }]],
};
