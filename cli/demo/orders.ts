/** What both demos share: the process, its orders, and how their end is watched and shown. */
import type { Engine } from "../../runtime/engine.ts";
import type { StartedInstance } from "../../runtime/api.ts";
import { historyTable } from "../commands/history.ts";
import { kpiTable } from "../commands/kpi.ts";
import { count, formatDuration } from "../format.ts";
import type { Session } from "../session.ts";
import { chance } from "./handlers.ts";
import { ORDER_FULFILLMENT } from "./order_fulfillment.ts";

/** The process's id in its file. */
export const KEY = "order-fulfillment";
/** Steps of one order: two events, two gateways, four tasks. */
export const STEPS = 8;
/** Start commits that go together. */
const AT_ONCE = 50;

/** What a demo is asked for. */
export interface DemoOptions {
  readonly orders: number;
  readonly seed: number;
  /** Leave the database there. */
  readonly keep: boolean;
}

const PICTURE = [
  "                         ┌─ Reserve inventory ─┐",
  "  ○ ── Validate order ── ◇                     ◇ ── Fulfil order ── ●",
  "                         └─ Process payment ───┘",
];

/** A heading of the demo. */
export function headline(session: Session, text: string): void {
  say(session, `\n${session.paint("bold", text)}`);
}

/** Deploys the process and says so. */
export async function deployOrders(session: Session, engine: Engine): Promise<void> {
  const { definitions: [definition] } = await engine.deploy(ORDER_FULFILLMENT, {
    fileName: "order_fulfillment.bpmn",
  });
  say(session, `Deployed ${definition.name} (${definition.key}), version ${definition.version}:\n`);
  for (const line of PICTURE) say(session, session.paint("cyan", line));
}

/** Starts the orders. @returns In order of their numbers. */
export async function startOrders(
  session: Session,
  engine: Engine,
  { orders, seed }: DemoOptions,
): Promise<readonly StartedInstance[]> {
  const from = performance.now();
  const started: StartedInstance[] = [];
  const progress = session.progress("start", orders);
  while (started.length < orders) {
    const batch = Array.from({ length: Math.min(AT_ONCE, orders - started.length) }, (_, i) => {
      const number = started.length + i + 1;
      const items = 1 + Math.floor(chance(`items ${seed}/${number}`) * 5);
      return engine.start(KEY, {
        businessKey: `order-${String(number).padStart(4, "0")}`,
        variables: { seed, items, total: items * 1995 / 100 },
      });
    });
    started.push(...await Promise.all(batch));
    progress.update(started.length);
  }
  progress.end();
  say(session, `Started ${count(orders, "order")} in ${formatDuration(performance.now() - from)}`);
  return started;
}

/** Shows one order as a timeline, and the KPIs of all. @param remark Why this order. */
export async function showResults(
  session: Session,
  engine: Engine,
  instanceId: string,
  remark = "",
): Promise<void> {
  if (session.json) return;
  const order = await engine.getInstance(instanceId);
  const steps = await engine.history(instanceId);
  headline(session, `The history of ${order.businessKey}${remark}`);
  historyTable(session, steps, order.startedAt);
  headline(session, "Key figures of all orders");
  const [whole] = await engine.kpis({ groupBy: "process", key: KEY });
  const place = new Map(steps.map((step, i) => [step.elementId, i]));
  const elements = [...await engine.kpis({ key: KEY })].sort((a, b) =>
    (place.get(a.elementId ?? "") ?? 0) - (place.get(b.elementId ?? "") ?? 0)
  );
  const rows = [{ ...whole, elementId: "(whole order)" }, ...elements];
  kpiTable(session, rows.map((row) => ({ ...row, key: undefined })));
}

/** A line for people; programs get one result at the end. */
export function say(session: Session, line: string): void {
  if (!session.json) session.say(line);
}
