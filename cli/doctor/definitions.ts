/** Definitions: their files, which one is the latest, and the start events that wait for it. */
import { nextDue, parseBpmn, parseTimer, type ProcessModel, type StartTrigger } from "../../engine/mod.ts";
import { startText } from "../../runtime/start_triggers.ts";
import type { Definition, Job, Store, Subscription } from "../../storage/store.ts";
import { count } from "../format.ts";
import { type Finding, Group } from "./finding.ts";
import { allOf } from "./pages.ts";

const KINDS = ["message", "signal", "conditional"] as const;
const REDEPLOY = "deploy its file with a change to it: a new version's start events are armed anew";

/** All subscriptions of some tenants. @param limit At most so many of each tenant and kind. */
export async function allSubscriptions(
  store: Store,
  tenants: Iterable<string>,
  limit: number,
): Promise<Subscription[]> {
  const found: Subscription[] = [];
  for (const tenant of tenants) {
    for (const kind of KINDS) {
      found.push(...await allOf((page) => store.findSubscriptions({ tenant, kind, ...page }), limit));
    }
  }
  return found;
}

/**
 * @param jobs Of all kinds.
 * @param subscriptions Of all kinds.
 * @param more There are jobs beside these.
 */
export async function checkDefinitions(
  store: Store,
  definitions: readonly Definition[],
  jobs: readonly Job[],
  subscriptions: readonly Subscription[],
  now: number,
  more: boolean,
): Promise<Finding[]> {
  const timers = more ? undefined : jobs.filter((job) => job.definitionId !== undefined);
  const fileless = new Group(), latest = new Group(), unarmed = new Group(), old = new Group();
  const files = new Map<string, readonly ProcessModel[] | undefined>();
  for (const definition of definitions) {
    const name = JSON.stringify([definition.tenant, definition.hash]);
    if (!files.has(name)) {
      const xml = await store.getDefinitionXml(definition.id);
      files.set(name, xml === undefined ? undefined : parseBpmn(xml, { ignoreExtensions: true }).models);
    }
    const models = files.get(name);
    if (!models) fileless.add(definition.id);
    const model = models?.find((each) => each.id === definition.key);
    if (model && definition.latest && !await isArmed(store, definition, model, timers, now)) {
      unarmed.add(definition.id);
    }
  }
  for (const id of await wrongLatest(store, definitions)) latest.add(id);
  for (const { id, definitionId } of [...subscriptions, ...jobs]) {
    if (definitionId !== undefined && await isOld(store, id, definitionId, subscriptions)) old.add(id);
  }
  return [
    ...fileless.finding(
      "definition-without-file",
      "error",
      (n) => `${count(n, "definition")} whose file is not there: their instances cannot go on`,
      "The database was changed by hand, or a backup is of several moments: restore it as one",
    ),
    ...latest.finding(
      "definition-latest",
      "error",
      (n) => `${count(n, "definition")} wrongly said, or not said, to be the latest of their process`,
      "The database was changed by hand: exactly the highest version of a process is its latest",
    ),
    ...unarmed.finding(
      "start-not-armed",
      "error",
      (n) =>
        `${
          count(n, "definition")
        } with a start event that waits for nothing: its subscription or timer is not there`,
      `The database was changed by hand, or a backup is of several moments: restore it as one; or ${REDEPLOY}`,
    ),
    ...old.finding(
      "start-of-old-version",
      "error",
      (n) => `${count(n, "start event")} still armed of a version that is not the latest, or not there`,
      "The database was changed by hand, or a backup is of several moments: delete these subscriptions and jobs",
    ),
  ];
}

/** @param timers Jobs of timer start events; absent: not all of them are known. */
async function isArmed(
  store: Store,
  definition: Definition,
  model: ProcessModel,
  timers: readonly Job[] | undefined,
  now: number,
): Promise<boolean> {
  for (const trigger of model.startTriggers) {
    const waits = trigger.definition.kind === "timer"
      ? !timers || isTimed(definition, trigger, timers, now)
      : await listens(store, definition, trigger, now);
    // A newer version may have taken it down meanwhile.
    if (!waits) return !(await store.getDefinition(definition.id))?.latest;
  }
  return true;
}

function isTimed(
  { id }: Definition,
  { element, definition }: StartTrigger,
  timers: readonly Job[],
  now: number,
): boolean {
  if (definition.kind !== "timer") return true;
  const due = nextDue(parseTimer(definition.timerType, startText(definition.value, now)), { at: now });
  // Those that have an end may have come to it: their job is gone then.
  if (!due || due.remaining !== undefined) return true;
  return timers.some((job) => job.definitionId === id && job.elementId === element.id);
}

async function listens(
  store: Store,
  { id, tenant }: Definition,
  { element, definition }: StartTrigger,
  now: number,
): Promise<boolean> {
  const { kind, index } = definition;
  if (kind !== "message" && kind !== "signal" && kind !== "conditional") return true;
  const name = kind === "conditional" ? "" : startText(definition.name, now);
  const rows = await allOf((page) => store.findSubscriptions({ tenant, kind, name, key: "", ...page }));
  return rows.some((row) =>
    row.definitionId === id && row.elementId === element.id && row.definitionIndex === index
  );
}

/** A deploy takes down the start events of the version before in the same step. */
async function isOld(
  store: Store,
  id: string,
  definitionId: string,
  subscriptions: readonly Subscription[],
): Promise<boolean> {
  if ((await store.getDefinition(definitionId))?.latest) return false;
  const subscription = subscriptions.find((each) => each.id === id);
  if (!subscription) return await store.getJob(id) !== undefined;
  const { tenant, kind, name, key } = subscription;
  const rows = await allOf((page) => store.findSubscriptions({ tenant, kind, name, key, ...page }));
  return rows.some((each) => each.id === id);
}

/** Ids of definitions whose mark is wrong. */
async function wrongLatest(store: Store, definitions: readonly Definition[]): Promise<ReadonlySet<string>> {
  const wrong = new Set<string>();
  const suspects = new Map(
    marked(definitions).map((each) => [JSON.stringify([each.tenant, each.key]), each]),
  );
  for (const { tenant, key } of suspects.values()) {
    // Read anew, as one page where they are few: a deploy may have come between two pages.
    for (const { id } of marked(await allOf((page) => store.listDefinitions({ tenant, key, ...page })))) {
      wrong.add(id);
    }
  }
  return wrong;
}

function marked(definitions: readonly Definition[]): Definition[] {
  const highest = new Map<string, number>();
  const nameOf = ({ tenant, key }: Definition) => JSON.stringify([tenant, key]);
  for (const each of definitions) {
    highest.set(nameOf(each), Math.max(each.version, highest.get(nameOf(each)) ?? 0));
  }
  return definitions.filter((each) => each.latest !== (each.version === highest.get(nameOf(each))));
}
