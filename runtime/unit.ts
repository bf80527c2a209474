/** Turns what transitions did into one unit of a commit. */
import {
  type Effects,
  encodeLocals,
  encodeState,
  encodeVariables,
  fitsName,
  type InstanceLife,
  type InstanceState,
  MAX_NAME_BYTES,
  type NewJob,
  type NewSubscription,
  utf8Bytes,
} from "../engine/mod.ts";
import type { JobUpdate, Lease, NewInstance, Unit } from "../storage/store.ts";
import { CROWD_CHARACTERS } from "./crowd.ts";
import { VariablesSizeError } from "./errors.ts";
import { hosted, setHosted } from "./hosted.ts";
import type { Live } from "./instance_cache.ts";
import { waitsForGroup } from "./start_groups.ts";

/** Variables up to this long as JSON can be searched for. */
const SEARCHABLE_BYTES = 200;

/** What a fold of commands has come to. */
export interface Folded {
  readonly live: Live;
  readonly effects: Effects;
  readonly status: InstanceLife;
  readonly reason?: string;
  readonly variablesChanged: boolean;
  readonly localsChanged: boolean;
  /** Jobs that were open before may see other inner variables. */
  readonly shownChanged: boolean;
  readonly leases: readonly Lease[];
  /** Jobs of the leases that are done. */
  readonly doneJobs: readonly string[];
  readonly updateJobs: readonly JobUpdate[];
  readonly create?: NewInstance;
  readonly takeMessages: readonly { readonly messageId: string; readonly processKey: string }[];
  readonly at: number;
}

/** What the unit needs of its surroundings. */
export interface UnitOptions {
  readonly maxVariablesBytes: number;
  newId(): string;
}

/**
 * @returns The unit.
 * @throws {VariablesSizeError} If the variables are too large.
 */
export function buildUnit(folded: Folded, options: UnitOptions): Unit {
  const { live, effects, at } = folded;
  const { instance } = live;
  const ended = folded.status !== "running" && folded.status !== "suspended";
  const openJobs = effects.openJobs;
  addCorrelateJobs(openJobs, effects.openSubscriptions, at, options);
  const host = ended ? hosted(instance.state).messageStart : undefined;
  if (host) openJobs.push(correlateJob(options.newId(), host.name, host.key, at));
  const started = leavesStartGroup(instance.state);

  const variables = folded.variablesChanged || folded.create ? encodeVariables(instance.vars) : undefined;
  const locals = folded.localsChanged ? encodeLocals(instance.vars) : undefined;
  checkNames(openJobs, effects, live.id);
  checkSize(variables, options.maxVariablesBytes, live.id);
  checkSize(locals, options.maxVariablesBytes, live.id);
  return {
    instanceId: live.id,
    tenant: live.tenant,
    revision: folded.create ? 0 : live.revision,
    create: folded.create,
    process: folded.create ? undefined : { definitionId: live.definitionId, key: live.key },
    status: folded.status,
    endedAt: ended ? at : undefined,
    reason: folded.reason,
    releaseUniqueKey: host || started ? true : undefined,
    state: stateText(live, folded.shownChanged),
    variables,
    locals,
    searchable: variables === undefined ? undefined : searchable(instance.vars.get(0)),
    leases: folded.leases,
    steps: effects.steps,
    openJobs,
    closeJobs: closedJobs(effects, folded.doneJobs),
    updateJobs: folded.updateJobs.length ? folded.updateJobs : undefined,
    retryJobs: effects.retryJobs.length ? effects.retryJobs : undefined,
    holdJobs: heldJobs(effects.holdJobs, folded.updateJobs),
    openSubscriptions: effects.openSubscriptions.length ? effects.openSubscriptions : undefined,
    closeSubscriptions: effects.closeSubscriptions.length ? effects.closeSubscriptions : undefined,
    openUserTasks: effects.openUserTasks.length ? effects.openUserTasks : undefined,
    closeUserTasks: effects.closeUserTasks.length ? effects.closeUserTasks : undefined,
    openIncidents: effects.openIncidents.length ? effects.openIncidents : undefined,
    closeIncidents: effects.closeIncidents.length ? effects.closeIncidents : undefined,
    takeMessages: folded.takeMessages.length ? folded.takeMessages : undefined,
    at,
  };
}

/** Large states say when what waiting jobs see has changed: see `crowd_views.ts`. */
function stateText({ instance: { state }, revision }: Live, shownChanged: boolean): string {
  if (state.shown !== undefined && shownChanged) state.shown = revision + 1;
  const text = encodeState(state);
  if (state.shown !== undefined || text.length < CROWD_CHARACTERS) return text;
  state.shown = revision + 1;
  return `{"shown":${state.shown},${text.slice(1)}`;
}

/**
 * All events that start the instance together have come: the next ones start another instance. Under a message key
 * that is so only when it ends.
 */
function leavesStartGroup(state: InstanceState): boolean {
  const { startGroup, messageStart, ...host } = hosted(state);
  if (!startGroup || messageStart || waitsForGroup(state, startGroup)) return false;
  setHosted(state, host);
  return true;
}

/** A job that matches messages and subscriptions of one name and key. */
export function correlateJob(id: string, name: string, key: string, at: number): NewJob {
  return { id, type: "baton:correlate", class: 0, dueAt: at, payload: JSON.stringify({ name, key }) };
}

/** A message may be waiting for what is armed now; it is looked for after the commit, in a new snapshot. */
function addCorrelateJobs(
  jobs: NewJob[],
  subscriptions: readonly NewSubscription[],
  at: number,
  options: UnitOptions,
): void {
  if (subscriptions.length === 0) return;
  const seen = new Set<string>();
  for (const { kind, name, key } of subscriptions) {
    const pair = JSON.stringify([name, key]);
    if (kind !== "message" || seen.has(pair)) continue;
    seen.add(pair);
    jobs.push(correlateJob(options.newId(), name, key, at));
  }
}

/** A job that the core holds is not done, although its lease ends: it waits for an answer or for a person. */
function closedJobs({ closeJobs, holdJobs }: Effects, leased: readonly string[]): readonly string[] {
  const done = holdJobs.length === 0
    ? leased
    : leased.filter((id) => !holdJobs.some((held) => held.id === id));
  if (done.length === 0) return closeJobs;
  if (closeJobs.length === 0) return done;
  // The usual case: the core closes the job whose end it is told.
  if (done.every((id) => closeJobs.includes(id))) return closeJobs;
  return [...new Set([...closeJobs, ...done])];
}

/** A job is written once per unit: a leased one that goes back says itself that it is held. */
function heldJobs(held: Effects["holdJobs"], updates: readonly JobUpdate[]): Unit["holdJobs"] {
  const rest = held.filter(({ id }) => !updates.some((update) => update.jobId === id));
  return rest.length ? rest : undefined;
}

/** @returns The scalars that instances can be found by. */
export function searchable(values: Readonly<Record<string, unknown>> = {}): [string, string][] {
  const found: [string, string][] = [];
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (typeof value === "object" && value !== null) continue;
    if (typeof value === "string" && value.length > SEARCHABLE_BYTES) continue; // not even written to be counted
    const json = JSON.stringify(value);
    // A longer name would be refused by an index of PostgreSQL.
    if (fits(json) && fitsName(name)) found.push([name, json]);
  }
  return found;
}

function fits(json: string): boolean {
  // A character takes one to three bytes: most values need not be counted.
  if (json.length * 3 <= SEARCHABLE_BYTES) return true;
  return json.length <= SEARCHABLE_BYTES && utf8Bytes(json) <= SEARCHABLE_BYTES;
}

/** What stands in indexes is bounded; models and variables decide it, so it is known only now. */
function checkNames(
  jobs: readonly NewJob[],
  { openSubscriptions, openUserTasks }: Pick<Effects, "openSubscriptions" | "openUserTasks">,
  id: string,
): void {
  for (const { type } of jobs) checkName(type, "job type", id);
  for (const { name, key } of openSubscriptions) {
    checkName(name, "name", id);
    checkName(key, "correlation key", id);
  }
  for (const { assignee, candidateUsers, candidateGroups } of openUserTasks) {
    if (assignee !== undefined) checkName(assignee, "assignee", id);
    for (const user of candidateUsers) checkName(user, "candidate user", id);
    for (const group of candidateGroups) checkName(group, "candidate group", id);
  }
}

function checkName(text: string, what: string, id: string): void {
  if (fitsName(text)) return;
  const shown = `${text.slice(0, 50).toWellFormed()}…`;
  throw new RangeError(
    `Cannot go on with instance "${id}": the ${what} "${shown}" takes more than ${MAX_NAME_BYTES} bytes`,
  );
}

function checkSize(text: string | null | undefined, maxBytes: number, id: string): void {
  // A character takes at most three bytes: most texts need not be counted.
  if (!text || text.length * 3 <= maxBytes) return;
  const bytes = utf8Bytes(text);
  if (bytes > maxBytes) {
    throw new VariablesSizeError(
      `Cannot store the variables of instance "${id}": they take ${bytes} bytes, ${maxBytes} are allowed`,
    );
  }
}
