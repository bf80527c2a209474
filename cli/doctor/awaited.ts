/** What an instance's state says that it waits for. */
import { decodeInstance, findToken, type Subscribed } from "../../engine/mod.ts";
import type { StoredInstance } from "../../storage/store.ts";

/** What a running instance's tokens name. */
export interface Awaited {
  /** Jobs without which it does not go on. */
  readonly jobs: readonly string[];
  /** Jobs of tokens that wait for their caller's answer. */
  readonly askingJobs: ReadonlySet<string>;
  readonly tasks: readonly string[];
  readonly children: readonly string[];
  readonly incidents: readonly string[];
  /** Rows of messages and signals that are waited for. */
  readonly subscriptions: readonly string[];
  /** Something may come from outside: a message, a signal, a changed variable, a person at an incident. */
  readonly others: boolean;
  readonly status: string;
  /** The last number that a step was given. */
  readonly lastStep: number;
  /** Numbers of steps that have not ended. */
  readonly openSteps: readonly number[];
}

/** @throws {Error} If the state cannot be read. */
export function whatIsAwaited(stored: StoredInstance): Awaited {
  const { state } = decodeInstance(stored.id, {
    state: stored.state,
    variables: stored.variables,
    locals: stored.locals,
  });
  const jobs: string[] = [], tasks: string[] = [], children: string[] = [], subscriptions: string[] = [];
  const incidents: string[] = [], openSteps: number[] = [];
  const asking = new Set<string>();
  let others = false;
  const armed = (subs: readonly Subscribed[] = []): void => {
    for (const { kind, id } of subs) {
      others = true;
      if (id !== undefined) (kind === "timer" ? jobs : subscriptions).push(id);
    }
  };
  armed(state.root.subs);
  findToken(state.root, (token) => {
    // A call keeps the id of the job that started its child.
    if (token.job !== undefined && token.child === undefined) jobs.push(token.job);
    if (token.job !== undefined && token.asked !== undefined) asking.add(token.job);
    if (token.task !== undefined) tasks.push(token.task);
    if (token.child !== undefined) children.push(token.child);
    if (token.incident !== undefined) incidents.push(token.incident);
    if (token.seq !== undefined) openSteps.push(token.seq);
    armed(token.subs);
    armed(token.scope?.subs);
    // Instances that are stepped by hand leave tokens ready.
    others ||= (token.ready === true && state.manual === true) || token.incident !== undefined;
    return false;
  });
  return {
    jobs,
    askingJobs: asking,
    tasks,
    children,
    incidents,
    subscriptions,
    others,
    status: state.status,
    lastStep: state.seq,
    openSteps,
  };
}
