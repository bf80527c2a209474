/** A recorded run of the core: every command that its instances were given, and what each of them left in the store. */
import type { Command, Effects, TransitionContext } from "../../engine/mod.ts";

/** One command. */
export interface LoggedCommand {
  readonly id: string;
  /** The process. */
  readonly key: string;
  readonly command: Command;
  readonly context: Omit<TransitionContext, "model" | "effects" | "scriptFormats">;
  readonly scriptFormats?: readonly string[];
  /** As stored after it. */
  readonly state: string;
  readonly variables: string;
  readonly locals?: string;
  /** What it asked for, without ids: see {@link askedFor}. */
  readonly asked: readonly string[];
}

/** One scenario: a line of a fixture. */
export interface CoreLog {
  readonly name: string;
  readonly files: readonly string[];
  readonly commands: readonly LoggedCommand[];
}

/** What effects mean, regardless of how a release writes them down: steps with their numbers, and what is opened. */
export function askedFor(effects: Effects): string[] {
  return [
    ...effects.steps.map(({ sequence, elementId, elementType, status, item, startedAt, endedAt }) =>
      `${sequence} ${elementType} ${elementId} ${status} ${item ?? ""} ${startedAt} ${endedAt}`
    ),
    ...effects.openJobs.map(({ type, elementId, dueAt }) => `job ${type} ${elementId ?? ""} ${dueAt}`),
    ...effects.openSubscriptions.map(({ kind, name, key, elementId }) =>
      `${kind} ${name} ${key} ${elementId}`
    ),
    ...effects.openUserTasks.map(({ elementId }) => `task ${elementId}`),
    ...effects.openIncidents.map(({ kind, elementId }) => `incident ${kind} ${elementId}`),
  ];
}
