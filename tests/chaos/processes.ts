/** What runs while chaos reigns: order fulfilment, and trips, which have one of everything else. */
import { bpmn } from "../support/bpmn_builder.ts";

/** Items of each trip's multi-instance task. */
export const ITEMS = ["a", "b", "c"];

/**
 * A timer, a message that may come before it is waited for, a called process, a task for each of several items, and a
 * message that starts another process.
 */
export const TRIP: string = bpmn(`
  process trip
    start -> Check -> fork
    fork -> nap, paid, Leg, Each
    nap -> Pack -> join
    paid -> Ship -> join
    Leg -> join
    Each -> join
    join -> told -> end
    parallel fork
    parallel join
    service Check: type=check
    catch nap: timer=PT0.3S
    service Pack: type=pack
    catch paid: message="paid@trip"
    service Ship: type=ship
    call Leg: calls=leg
    service Each: type=each each=items:item
    throw told: message="arrived"
  process leg
    startLeg -> Drive -> endLeg
    service Drive: type=drive
  process invoice
    startInvoice -> Bill -> endInvoice
    start startInvoice: message="arrived"
    service Bill: type=bill
`);

/** The file of order fulfilment. */
export const ORDER: string = Deno.readTextFileSync(
  new URL("../models/order_fulfillment.bpmn", import.meta.url),
);

/** What each process leaves behind: how often each element ends in one instance. */
export const STEPS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "order-fulfillment": {
    "start": 1,
    "validate-order": 1,
    "split": 1,
    "reserve-inventory": 1,
    "process-payment": 1,
    "join": 1,
    "fulfil-order": 1,
    "end": 1,
  },
  trip: {
    start: 1,
    Check: 1,
    fork: 1,
    nap: 1,
    Pack: 1,
    paid: 1,
    Ship: 1,
    Leg: 1,
    Each: ITEMS.length,
    join: 1,
    told: 1,
    end: 1,
  },
  leg: { startLeg: 1, Drive: 1, endLeg: 1 },
  invoice: { startInvoice: 1, Bill: 1, endInvoice: 1 },
};

/** Tasks with a handler, by process. */
export const HANDLED: Readonly<Record<string, readonly string[]>> = {
  "order-fulfillment": ["validate-order", "reserve-inventory", "process-payment", "fulfil-order"],
  trip: ["Check", "Pack", "Ship", ...ITEMS.map((item) => `Each ${item}`)],
  leg: ["Drive"],
  invoice: ["Bill"],
};

/** Tasks whose handlers write a row in `ctx.transaction`. */
export const TRANSACTIONAL: readonly string[] = ["process-payment", "Pack", "Bill"];

/** Job types of all handlers. */
export const TYPES: readonly string[] = [
  "validate-order",
  "reserve-inventory",
  "process-payment",
  "fulfil-order",
  "check",
  "pack",
  "ship",
  "each",
  "drive",
  "bill",
];
