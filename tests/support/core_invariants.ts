/** What must hold of an instance after every single command. */
import assert from "node:assert/strict";
import type { Instance, NewJob, NewSubscription, Scope, Step, Subscribed, Token } from "../../engine/mod.ts";

/** The rows that the world keeps for its instances. */
export interface OpenRows {
  readonly jobs: ReadonlyMap<string, NewJob>;
  readonly subscriptions: ReadonlyMap<string, NewSubscription>;
  readonly userTasks: ReadonlyMap<string, { readonly instanceId: string }>;
  readonly incidents: ReadonlyMap<string, { readonly instanceId: string }>;
  readonly instances: ReadonlyMap<string, unknown>;
}

/** Job types that outlive what asked for them: they belong to another instance, or find out by themselves. */
const MESSENGERS = new Set([
  "baton:cancel-child",
  "baton:child-ended",
  "baton:child-throws",
  "baton:throw-answer",
  "baton:publish",
  "baton:broadcast",
]);

/**
 * Checks an instance against the open rows: each is named by the state and the other way round, no variables
 * outlive their scope, the history has each sequence once, and an ended instance has nothing left.
 */
export function assertSound(instance: Instance, steps: readonly Step[], rows: OpenRows): void {
  const { id, state, vars } = instance;
  const tokens: Token[] = [];
  const subs: Subscribed[] = [...state.root.subs ?? []];
  walk(state.root, (token) => {
    tokens.push(token);
    subs.push(...token.subs ?? [], ...token.scope?.subs ?? []);
  });
  const ended = state.status !== "running" && state.status !== "suspended";
  if (ended) {
    assert.deepEqual(tokens.map((token) => token.el), [], `instance ${id} has ended and still has tokens`);
    assert.deepEqual(subs.map((sub) => sub.el), [], `instance ${id} has ended and still listens`);
  }
  same(
    "subscriptions",
    [...rows.subscriptions.values()].filter((sub) => sub.instanceId === id).map((sub) => sub.id),
    subs.filter((sub) => sub.kind === "message" || sub.kind === "signal").map((sub) => sub.id),
  );
  same(
    "user tasks",
    [...rows.userTasks].filter(([, task]) => task.instanceId === id).map(([key]) => key),
    tokens.map((token) => token.task),
  );
  same(
    "incidents",
    [...rows.incidents].filter(([, incident]) => incident.instanceId === id).map(([key]) => key),
    tokens.map((token) => token.incident),
  );
  assert.equal(state.incidents ?? 0, tokens.filter((token) => token.incident).length, "count of incidents");
  same(
    "jobs",
    [...rows.jobs.values()].filter((job) => job.instanceId === id && isBound(job)).map((job) => job.id),
    [
      // A start-child job is gone once the child is there.
      ...tokens.map((token) => token.child && rows.instances.has(token.child) ? undefined : token.job),
      ...subs.filter((sub) => sub.kind === "timer").map((sub) => sub.id),
    ],
  );
  // What a sequential loop keeps stands under the negative id of its token.
  const living = new Set([0, ...tokens.flatMap((token) => token.loop ? [token.id, -token.id] : token.id)]);
  assert.deepEqual(
    [...vars.keys()].filter((scope) => !living.has(scope)),
    [],
    "variables of scopes that ended",
  );
  assert.equal(new Set(tokens.map((token) => token.id)).size, tokens.length, "token ids are unique");
  const sequences = [
    ...steps.map((step) => step.sequence),
    ...tokens.flatMap((token) => token.seq === undefined ? [] : [token.seq]),
  ].sort((a, b) => a - b);
  assert.deepEqual(
    sequences,
    Array.from({ length: state.seq }, (_, i) => i + 1),
    "each step is written once",
  );
}

function walk(scope: Scope, visit: (token: Token) => void): void {
  for (const token of scope.tokens) {
    visit(token);
    if (token.scope) walk(token.scope, visit);
  }
}

function isBound(job: NewJob): boolean {
  // A continue job without element belongs to a unit that was cut: it does nothing once that has ended.
  if (job.type === "baton:continue" && !job.elementId) return false;
  return !MESSENGERS.has(job.type);
}

function same(what: string, stored: readonly string[], named: readonly (string | undefined)[]): void {
  const known = named.filter((id): id is string => id !== undefined);
  // Nearly always there is nothing to compare, and this runs after every commit of every simulated fleet.
  if (stored.length === 0 && known.length === 0) return;
  assert.deepEqual([...stored].sort(), [...known].sort(), `${what} that are open, and those the state names`);
}
