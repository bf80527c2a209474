/** Questions about instances. */
import { decodeInstance, findToken, positions as corePositions, runningSteps } from "../engine/mod.ts";
import {
  type InstanceRecord,
  type Job,
  NotFoundError,
  type Store,
  type StoredInstance,
} from "../storage/store.ts";
import type { CallTreeNode, HistoryOptions, HistoryStep, InstanceDetails, Position } from "./api.ts";
import { checkArgument, checkOptions, isId } from "./arguments.ts";
import { RejectedError } from "./errors.ts";
import { isEngineJob } from "./jobs/mod.ts";
import type { Runtime } from "./runtime.ts";
import { HISTORY } from "./shapes.ts";
import { withoutState } from "./start.ts";
import { seenBy } from "./visible.ts";

/** @throws {NotFoundError} Also for an instance of another tenant. */
export async function load(runtime: Runtime, tenant: string, id: string): Promise<StoredInstance> {
  const [stored] = isId(id) ? await runtime.store.loadInstances([id]) : [];
  if (!stored || stored.tenant !== tenant) {
    throw new NotFoundError(`Cannot find instance "${id}": there is none`);
  }
  return stored;
}

export async function getInstance(runtime: Runtime, tenant: string, id: string): Promise<InstanceDetails> {
  const stored = await load(runtime, tenant, id);
  return { ...withoutState(stored), variables: JSON.parse(stored.variables) };
}

export async function variables(
  runtime: Runtime,
  tenant: string,
  id: string,
  tokenId: number | undefined,
): Promise<Record<string, unknown>> {
  if (tokenId !== undefined) checkArgument(tokenId, "whole", "token");
  const stored = await load(runtime, tenant, id);
  if (tokenId === undefined || tokenId === 0) return JSON.parse(stored.variables);
  const instance = decodeInstance(id, { ...stored, locals: stored.locals });
  const token = findToken(instance.state.root, (each) => each.id === tokenId);
  if (!token) {
    throw new RejectedError({
      code: "no-such-scope",
      message: `Cannot read the variables of token ${tokenId}: it is gone`,
    });
  }
  return { ...seenBy(instance, token) };
}

export async function positions(runtime: Runtime, tenant: string, id: string): Promise<readonly Position[]> {
  return await positionsOf(runtime, await load(runtime, tenant, id));
}

/** Where the tokens of a loaded instance are. */
export async function positionsOf(runtime: Runtime, stored: StoredInstance): Promise<readonly Position[]> {
  const { model } = await runtime.models.get(stored.definitionId);
  const found = corePositions(model, decodeInstance(stored.id, { ...stored, locals: stored.locals }));
  const jobs = new Map<string, Job>();
  if (found.some((each) => each.jobId !== undefined)) {
    for (const job of await jobsOf(runtime.store, stored.id)) jobs.set(job.id, job);
  }
  return found.map((each) => {
    const job = each.jobId === undefined ? undefined : jobs.get(each.jobId);
    if (!job) return each;
    const handlerKnown = isEngineJob(job.type) || runtime.handlers.has(job.type);
    return { ...each, jobType: job.type, jobHeld: job.held, handlerKnown };
  });
}

/** All jobs of an instance. */
export async function jobsOf(store: Store, instanceId: string): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listJobs({ instanceId, take: 1_000, cursor });
    jobs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return jobs;
}

/**
 * Steps by sequence. The state is read first, then the steps: an element that ended in between is seen as ended, and
 * a page never passes one that still runs.
 */
export async function history(
  runtime: Runtime,
  tenant: string,
  id: string,
  options: HistoryOptions,
): Promise<readonly HistoryStep[]> {
  checkOptions(options, HISTORY);
  const { after = 0, take = 1_000 } = options;
  const stored = await load(runtime, tenant, id);
  await runtime.time.ready();
  const at = runtime.time.now();
  const { model } = await runtime.models.get(stored.definitionId);
  const running = stored.endedAt !== undefined
    ? []
    : runningSteps(model, decodeInstance(id, { ...stored, locals: stored.locals }), at);
  const ended = await runtime.store.listSteps(id, { after, take });
  const seen = new Set(ended.map((step) => step.sequence));
  const all: HistoryStep[] = ended.map((step) => ({
    ...step,
    durationMs: Math.max(0, step.endedAt - step.startedAt),
  }));
  for (const { endedAt, ...step } of running) {
    if (step.sequence <= after || seen.has(step.sequence)) continue;
    all.push({ ...step, durationMs: Math.max(0, endedAt - step.startedAt) });
  }
  return all.sort((a, b) => a.sequence - b.sequence).slice(0, take);
}

export async function callTree(runtime: Runtime, tenant: string, id: string): Promise<CallTreeNode> {
  const record = withoutState(await load(runtime, tenant, id));
  const nodes = new Map<string, InstanceRecord & { children: CallTreeNode[] }>();
  const root = { ...record, children: [] };
  nodes.set(id, root);
  // Breadth first, without recursion: a call tree may be deep.
  for (const node of nodes.values()) {
    for (const child of await childrenOf(runtime.store, tenant, node.id)) {
      const entry = { ...child, children: [] };
      node.children.push(entry);
      nodes.set(child.id, entry);
    }
  }
  return root;
}

/** The instances that an instance has called itself, oldest first. */
export async function childrenOf(store: Store, tenant: string, parentId: string): Promise<InstanceRecord[]> {
  const children: InstanceRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listInstances({ tenant, parentId, take: 1_000, cursor });
    children.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return children.reverse();
}
