/** Start events that wait from the deploy on: messages, signals, conditions as subscriptions, timers as jobs. */
import {
  type Expression,
  type NewJob,
  type NewSubscription,
  nextDue,
  parseTimer,
  type ProblemList,
  type ProcessModel,
  type StartTimerPayload,
  type StartTrigger,
  type TimerEventDefinition,
} from "../engine/mod.ts";

/** What a definition waits for. */
export interface StartEntries {
  readonly subscriptions: readonly NewSubscription[];
  readonly jobs: readonly NewJob[];
}

/**
 * @param at The time of the deploy, from which durations and cycles count.
 * @param problems Takes what could not be evaluated: a start event sees no variables.
 */
export async function startEntries(
  model: ProcessModel,
  at: number,
  newId: () => Promise<string>,
  problems: ProblemList,
): Promise<StartEntries> {
  const subscriptions: NewSubscription[] = [];
  const jobs: NewJob[] = [];
  for (const trigger of model.startTriggers) {
    try {
      const id = await newId();
      if (trigger.definition.kind === "timer") {
        const job = startTimer(id, trigger, trigger.definition, at);
        if (job) jobs.push(job);
      } else {
        const subscription = startSubscription(id, model, trigger, at);
        if (subscription) subscriptions.push(subscription);
      }
    } catch (error) {
      const { id, line, column } = trigger.element;
      const message = `Cannot wait for start event "${id}": ${(error as Error).message}`;
      problems.take({ rule: "start-expression", severity: "error", message, line, column, elementId: id });
    }
  }
  return { subscriptions, jobs };
}

function startSubscription(
  id: string,
  model: ProcessModel,
  { element, definition }: StartTrigger,
  at: number,
): NewSubscription | undefined {
  const base = {
    id,
    processKey: model.id,
    key: "",
    elementId: element.id,
    definitionIndex: definition.index,
  };
  switch (definition.kind) {
    case "message":
    case "signal":
      return { ...base, kind: definition.kind, name: startText(definition.name, at) };
    case "conditional":
      return { ...base, kind: "conditional", name: "" };
    default:
      return undefined;
  }
}

function startTimer(
  id: string,
  { element }: StartTrigger,
  definition: TimerEventDefinition,
  at: number,
): NewJob | undefined {
  const due = nextDue(parseTimer(definition.timerType, startText(definition.value, at)), { at });
  return due && startTimerJob(id, element.id, definition.index, due);
}

/** What a timer start's job carries: leasing a job moves its `dueAt`, so the time it was due is kept here. */
export interface StartTimer extends StartTimerPayload {
  readonly due: number;
}

/** Schedules a timer start event. */
export function startTimerJob(
  id: string,
  startEvent: string,
  definitionIndex: number,
  due: { readonly dueAt: number; readonly remaining: number | undefined },
): NewJob {
  const payload: StartTimer = { startEvent, definitionIndex, left: due.remaining ?? -1, due: due.dueAt };
  return {
    id,
    type: "baton:timer",
    class: 0,
    dueAt: due.dueAt,
    elementId: startEvent,
    payload: JSON.stringify(payload),
  };
}

/** @returns An expression's text where there are no variables yet. */
export function startText(expression: Expression, at: number): string {
  const value = expression.evaluate({ at, get: () => undefined });
  return typeof value === "string" ? value : JSON.stringify(value);
}
