import type { HistoryStep } from "../../runtime/api.ts";
import { command } from "../command.ts";
import { formatDuration, formatTime } from "../format.ts";
import { wholeNumber } from "../input.ts";
import type { Session } from "../session.ts";
import { statusText } from "../run_result.ts";
import { timeline } from "../timeline.ts";

interface Flags {
  readonly after?: number;
  readonly take?: number;
}

/** Shows an instance's steps. */
export const history = command<Flags>({
  name: "history",
  group: "Instances:",
  summary: "show the steps of an instance as a timeline",
  details: "Steps are in the order of their start; running ones are included.",
  arguments: [{ name: "<ID>", description: "the instance" }],
  options: [
    { flags: "--after <n>", description: "only steps with a higher number", parse: wholeNumber() },
    { flags: "--take <n>", description: "at most so many (default: 1000)", parse: wholeNumber(1) },
  ],
  examples: [
    ["history 42 --db kv:orders.kv", "what happened when, and how long it took"],
    ["history 42 --json --after 1000 --db kv:orders.kv", "the next thousand, for programs"],
  ],
  async run(session, [id], { after, take }) {
    const engine = await session.engine();
    const instance = await engine.getInstance(id);
    const steps = await engine.history(id, {
      ...(after !== undefined && { after }),
      ...(take !== undefined && { take }),
    });
    session.print({ items: steps }, () => {
      const key = instance.businessKey === undefined ? "" : ` "${instance.businessKey}"`;
      session.say(
        `${instance.key} v${instance.version}, instance ${id}${key}: ${
          statusText(session, instance.status)
        }, ` +
          `started ${formatTime(instance.startedAt)}`,
      );
      if (steps.length === 0) session.say("No steps");
      else historyTable(session, steps, instance.startedAt);
    });
  },
});

/** From here on there is room for long bars. */
const WIDE = 120;

/** Prints steps with bars that show when they ran. @param from Where the time axis begins. */
export function historyTable(session: Session, steps: readonly HistoryStep[], from: number): void {
  const bar = timeline(steps, from, (session.terminal.width ?? WIDE) < WIDE ? 14 : 28);
  session.table(steps, [
    { title: "#", value: (s) => s.sequence, align: "right" },
    {
      title: "ELEMENT",
      value: (s) => s.item === undefined ? s.elementId : `${s.elementId} [${s.item}]`,
      shrinkTo: 14,
    },
    { title: "TYPE", value: (s) => s.elementType, optional: true },
    { title: "STATUS", value: (s) => s.status, style: (cell, s) => statusText(session, s.status, cell) },
    { title: "START", value: (s) => `+${formatDuration(s.startedAt - from)}`, align: "right" },
    { title: "TOOK", value: (s) => formatDuration(s.durationMs), align: "right" },
    { title: "", value: bar, style: (cell, s) => session.paint(s.failures ? "yellow" : "blue", cell) },
    ...(steps.some((s) => s.failures || s.error)
      ? [{ title: "FAILED ATTEMPTS", value: failureText, shrinkTo: 16 }]
      : []),
  ]);
}

function failureText(step: HistoryStep): string | undefined {
  const last = step.error ?? step.attempts?.at(-1)?.message;
  if (!step.failures) return last;
  return `${step.failures}×${last === undefined ? "" : ` ${last}`}`;
}
