/**
 * The store in memory: the reference for the others, the fastest, and the one that tests and simulations use.
 * Nothing survives the process.
 *
 * Every method is synchronous inside, so each is atomic; promises are only the interface's.
 *
 * @module
 */
import { AUDITED, LATE_MS } from "./audit.ts";
import { cleanUp } from "./cleanup.ts";
import { pageSize } from "./cursor.ts";
import { KpiGroups, within } from "./kpi/groups.ts";
import { coverOf } from "./kpi/periods.ts";
import { isGivenUp } from "./job_rules.ts";
import { compareIds } from "./order.ts";
import { MemoryDefinitions } from "./memory/definitions.ts";
import { MemoryInstances, recordOf } from "./memory/instances.ts";
import { MemoryJobs } from "./memory/jobs.ts";
import { MemoryKpis } from "./memory/kpis.ts";
import { MemoryMessages } from "./memory/messages.ts";
import { MemoryTasks } from "./memory/tasks.ts";
import { MemorySteps } from "./memory/steps.ts";
import type {
  AuditFinding,
  AuditRequest,
  CleanupRequest,
  CleanupResult,
  Definition,
  DefinitionQuery,
  DeployRequest,
  EndedJobs,
  Incident,
  IncidentQuery,
  InstanceQuery,
  InstanceRecord,
  Job,
  JobEnd,
  JobQuery,
  JobUpdate,
  JobUpdateResult,
  Kpi,
  KpiQuery,
  Lease,
  Leased,
  LeaseRequest,
  Message,
  NewJob,
  NewMessage,
  Note,
  Page,
  Step,
  Store,
  StoredInstance,
  Subscription,
  SubscriptionQuery,
  Unit,
  UnitResult,
  UserTask,
  UserTaskChange,
  UserTaskQuery,
} from "./store.ts";

export type * from "./store.ts";

/** How a {@link MemoryStore} is made. */
export interface MemoryStoreOptions {
  /** The store's time in milliseconds since 1970 UTC; default `Date.now`. */
  readonly clock?: () => number;
}

/** A store in memory. */
export class MemoryStore implements Store {
  /** Always `memory`. */
  readonly kind = "memory";
  readonly #clock: () => number;
  #format = 1;
  readonly #definitions = new MemoryDefinitions();
  readonly #instances = new MemoryInstances();
  readonly #jobs = new MemoryJobs();
  readonly #messages = new MemoryMessages();
  readonly #tasks = new MemoryTasks();
  readonly #steps = new MemorySteps();
  readonly #kpis = new MemoryKpis();
  readonly #turns = new Map<string, number>();
  readonly #notes = new Map<string, Note[]>();
  readonly #listeners = new Set<() => void>();
  #notifying = false;
  #nextId = 1;

  /** An empty store. */
  constructor(options: MemoryStoreOptions = {}) {
    this.#clock = options.clock ?? Date.now;
  }

  /** There is no schema. */
  migrate(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  /** A store of one process has but one release. */
  stateFormat(): Promise<number> {
    return Promise.resolve(this.#format);
  }

  finishFormat(format: number): Promise<void> {
    this.#format = Math.max(this.#format, format);
    return Promise.resolve();
  }

  now(): Promise<number> {
    return Promise.resolve(this.#clock());
  }

  reserveIds(count: number): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1) {
      return Promise.reject(new RangeError(`Cannot reserve "${count}" ids: the number must be 1 or more`));
    }
    const first = this.#nextId;
    this.#nextId += count;
    return Promise.resolve(first);
  }

  // ---------------------------------------------------------------- definitions

  deploy(
    request: DeployRequest,
  ): Promise<readonly { readonly definition: Definition; readonly created: boolean }[]> {
    const at = request.at ?? this.#clock();
    return Promise.resolve(request.definitions.map((definition) => {
      const deployed = this.#definitions.deploy(request, definition, at);
      if (deployed.created) {
        if (deployed.former) {
          this.#messages.removeStartsOf(deployed.former.id);
          for (const job of deployed.former.jobs) this.#jobs.delete(job);
        }
        const definitionId = definition.id;
        for (const each of definition.subscriptions) {
          this.#messages.subscribe(request.tenant, { ...each, definitionId }, at);
        }
        for (const job of definition.jobs) this.#jobs.add(request.tenant, { ...job, definitionId }, at);
      }
      return { definition: deployed.definition, created: deployed.created };
    }));
  }

  getDefinition(id: string): Promise<Definition | undefined> {
    return Promise.resolve(this.#definitions.get(id));
  }

  findDefinition(
    tenant: string,
    key: string,
    by: { readonly version?: number; readonly versionTag?: string } = {},
  ): Promise<Definition | undefined> {
    return Promise.resolve(this.#definitions.find(tenant, key, by));
  }

  getDefinitionXml(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#definitions.xml(id));
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listDefinitions(query: DefinitionQuery = {}): Promise<Page<Definition>> {
    return this.#definitions.list(query);
  }

  // ---------------------------------------------------------------- instances

  loadInstances(ids: readonly string[]): Promise<readonly StoredInstance[]> {
    return Promise.resolve(this.#instances.load(ids));
  }

  findByUniqueKey(tenant: string, uniqueKey: string): Promise<InstanceRecord | undefined> {
    return Promise.resolve(this.#instances.findByUniqueKey(tenant, uniqueKey));
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listInstances(query: InstanceQuery = {}): Promise<Page<InstanceRecord>> {
    return this.#instances.list(query);
  }

  commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    return Promise.resolve(units.map((unit) => this.#commit(unit)));
  }

  /** First everything is checked, then everything is written: nothing between can fail. */
  #commit(unit: Unit): UnitResult {
    const refused = this.#refuse(unit);
    if (refused) return refused;
    const { tenant, instanceId, at, steps, openJobs, closeJobs } = unit;
    const former = this.#instances.get(instanceId);
    const hadEnded = former?.endedAt !== undefined;
    const instance = this.#instances.write(unit);
    if (steps.length > 0) {
      this.#steps.append(instanceId, steps);
      this.#kpis.addSteps(instance, steps);
    }
    if (instance.endedAt !== undefined && !hadEnded) this.#kpis.addInstance(instance, instance.endedAt);
    for (let i = 0; i < closeJobs.length; i++) this.#jobs.delete(closeJobs[i]);
    for (let i = 0; i < openJobs.length; i++) this.#jobs.add(tenant, openJobs[i], at);
    if (unit.updateJobs) { for (const update of unit.updateJobs) this.#jobs.update(update, at); }
    if (unit.retryJobs || unit.holdJobs) this.#change(unit);
    if (unit.closeSubscriptions) { for (const id of unit.closeSubscriptions) this.#messages.unsubscribe(id); }
    if (unit.openSubscriptions) {
      for (const each of unit.openSubscriptions) this.#messages.subscribe(tenant, each, at);
    }
    if (unit.takeMessages) {
      for (const { messageId, processKey } of unit.takeMessages) this.#messages.take(messageId, processKey);
    }
    if (unit.closeUserTasks) {
      for (const each of unit.closeUserTasks) this.#tasks.close(each.id, each.status, at);
    }
    if (unit.openUserTasks) { for (const task of unit.openUserTasks) this.#tasks.open(instance, task, at); }
    if (unit.closeIncidents) { for (const id of unit.closeIncidents) this.#tasks.closeIncident(id); }
    if (unit.openIncidents) {
      for (const incident of unit.openIncidents) this.#tasks.openIncident(instance, incident, at);
    }
    return { outcome: "committed", revision: instance.revision };
  }

  /** @returns Why a unit cannot be written, if it cannot. */
  #refuse(unit: Unit): UnitResult | undefined {
    const refused = this.#instances.refuse(unit);
    if (refused) return refused;
    const { leases, takeMessages } = unit;
    let lost: string[] | undefined;
    for (let i = 0; i < leases.length; i++) {
      if (!this.#jobs.holds(leases[i])) (lost ??= []).push(leases[i].jobId);
    }
    if (lost) return { outcome: "lease-lost", jobIds: lost };
    const taken = takeMessages?.some((take) => !this.#messages.canTake(take.messageId, take.processKey));
    return taken ? { outcome: "duplicate" } : undefined;
  }

  /** What is done is not held or tried again, unless it is this unit that takes it. */
  #change({ leases, retryJobs = [], holdJobs = [], at }: Unit): void {
    const mayChange = (id: string) => !this.#jobs.hasEnded(id) || leases.some(({ jobId }) => jobId === id);
    for (const id of retryJobs) if (mayChange(id)) this.#jobs.retry(id, at);
    for (const { id, held } of holdJobs) if (mayChange(id)) this.#jobs.hold(id, held);
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listSteps(
    instanceId: string,
    options: { readonly after?: number; readonly take?: number } = {},
  ): Promise<readonly Step[]> {
    return this.#steps.list(
      instanceId,
      options.after ?? 0,
      options.take === undefined ? 1_000 : pageSize(options.take),
    );
  }

  // ---------------------------------------------------------------- jobs

  enqueueJobs(tenant: string, jobs: readonly NewJob[], at: number = this.#clock()): Promise<void> {
    for (const job of jobs) if (!this.#jobs.has(job.id)) this.#jobs.add(tenant, job, at);
    return Promise.resolve();
  }

  leaseJobs(request: LeaseRequest): Promise<Leased> {
    const at = request.at ?? this.#clock();
    const jobs = this.#jobs.lease(request, at);
    const cached = new Set(request.cached);
    const seen = new Set<string>();
    const instances: StoredInstance[] = [];
    const revisions: { id: string; revision: number }[] = [];
    for (const { instanceId } of jobs) {
      if (instanceId === undefined || seen.has(instanceId)) continue;
      seen.add(instanceId);
      const instance = this.#instances.get(instanceId);
      if (!instance) continue;
      if (cached.has(instanceId)) revisions.push({ id: instanceId, revision: instance.revision });
      else instances.push({ ...instance });
    }
    return Promise.resolve({ at, jobs, instances, revisions });
  }

  extendLeases(
    leases: readonly Lease[],
    leaseMs: number,
    at: number = this.#clock(),
  ): Promise<readonly (number | undefined)[]> {
    return Promise.resolve(leases.map((lease) => this.#jobs.extend(lease, leaseMs, at)));
  }

  updateJobs(updates: readonly JobUpdate[], at: number = this.#clock()): Promise<readonly JobUpdateResult[]> {
    return Promise.resolve(updates.map((update) => {
      const held = this.#jobs.holds(update) &&
        (update.payloadIs === undefined || this.#jobs.get(update.jobId)?.payload === update.payloadIs);
      if (held) this.#jobs.update(update, at);
      return held ? "done" : "lost";
    }));
  }

  retryJob(tenant: string, id: string, at: number = this.#clock()): Promise<boolean> {
    const job = this.#jobs.get(id);
    const stopped = job !== undefined && job.tenant === tenant && isGivenUp(job);
    if (stopped) this.#jobs.retry(id, at);
    return Promise.resolve(stopped);
  }

  endJobs(ends: readonly JobEnd[], mark: string, at: number = this.#clock()): Promise<EndedJobs> {
    return Promise.resolve(this.#jobs.end(ends, mark, at));
  }

  endedJobs(instanceId: string, take: number): Promise<readonly Job[]> {
    return Promise.resolve(this.#jobs.ended(instanceId, take));
  }

  getJob(id: string): Promise<Job | undefined> {
    return Promise.resolve(this.#jobs.get(id));
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listJobs(query: JobQuery = {}): Promise<Page<Job>> {
    return this.#jobs.list(query);
  }

  nextDueAt(types: readonly string[]): Promise<number | undefined> {
    return Promise.resolve(this.#jobs.nextDueAt(types));
  }

  // ---------------------------------------------------------------- messages, people

  publishMessage(message: NewMessage, job: NewJob): Promise<boolean> {
    const published = this.#messages.publish(message);
    if (published) this.#jobs.add(message.tenant, job, message.publishedAt);
    return Promise.resolve(published);
  }

  listMessages(
    tenant: string,
    name: string,
    key: string,
    at: number = this.#clock(),
  ): Promise<readonly Message[]> {
    return Promise.resolve(this.#messages.list(tenant, name, key, at));
  }

  deleteMessages(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#messages.delete(id);
    return Promise.resolve();
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async findSubscriptions(query: SubscriptionQuery): Promise<Page<Subscription>> {
    return this.#messages.find(query);
  }

  getUserTask(id: string): Promise<UserTask | undefined> {
    return Promise.resolve(this.#tasks.get(id));
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listUserTasks(query: UserTaskQuery = {}): Promise<Page<UserTask>> {
    return this.#tasks.list(query);
  }

  updateUserTask(id: string, revision: number, change: UserTaskChange): Promise<UserTask | undefined> {
    return Promise.resolve(this.#tasks.change(id, revision, change));
  }

  // deno-lint-ignore require-await -- async, so that a bad argument rejects instead of throwing
  async listIncidents(query: IncidentQuery = {}): Promise<Page<Incident>> {
    return this.#tasks.listIncidents(query);
  }

  addNote(note: Note): Promise<void> {
    const notes = this.#notes.get(note.instanceId);
    if (notes) notes.push({ ...note });
    else this.#notes.set(note.instanceId, [{ ...note }]);
    return Promise.resolve();
  }

  listNotes(instanceId: string): Promise<readonly Note[]> {
    const notes = this.#notes.get(instanceId) ?? [];
    return Promise.resolve(notes.map((note) => ({ ...note })).sort(byCreation));
  }

  kpis(query: KpiQuery = {}): Promise<readonly Kpi[]> {
    const groups = new KpiGroups(query);
    const cover = coverOf(query.from, query.to);
    this.#kpis.collect(groups, query, cover);
    const { rest } = cover;
    if (rest.length === 0) return Promise.resolve(groups.rows());
    for (const instance of this.#instances.values()) {
      if (query.tenant !== undefined && instance.tenant !== query.tenant) continue;
      if (query.key !== undefined && instance.key !== query.key) continue;
      if (query.definitionId !== undefined && instance.definitionId !== query.definitionId) continue;
      const { endedAt } = instance;
      if (query.groupBy === "process") {
        if (endedAt !== undefined && within(rest, endedAt)) {
          groups.add(instance.key, "", { ...instance, endedAt });
        }
        continue;
      }
      // Its steps cannot have ended then.
      if (!rest.some(({ from, to }) => instance.startedAt < to && (endedAt ?? Infinity) >= from)) continue;
      for (const step of this.#steps.of(instance.id)) {
        if (query.elementId !== undefined && step.elementId !== query.elementId) continue;
        if (within(rest, step.endedAt)) groups.add(instance.key, step.elementId, step);
      }
    }
    return Promise.resolve(groups.rows());
  }

  rebuildKpis(): Promise<void> {
    this.#kpis.clear();
    for (const instance of this.#instances.values()) {
      this.#kpis.addSteps(instance, [...this.#steps.of(instance.id)]);
      const { endedAt } = instance;
      if (endedAt !== undefined) this.#kpis.addInstance(instance, endedAt);
    }
    return Promise.resolve();
  }

  audit({ tenant, take = AUDITED, at = this.#clock() }: AuditRequest = {}): Promise<readonly AuditFinding[]> {
    const left = this.#messages.expired(at - LATE_MS, tenant).slice(0, take);
    return Promise.resolve(left.map((id) => ({ kind: "message-left" as const, id })));
  }

  takeTurn(name: string, forMs: number): Promise<boolean> {
    const now = performance.now();
    if (now < (this.#turns.get(name) ?? 0)) return Promise.resolve(false);
    this.#turns.set(name, now + forMs);
    return Promise.resolve(true);
  }

  // ---------------------------------------------------------------- retention

  async cleanup(request: CleanupRequest = {}): Promise<CleanupResult> {
    return await cleanUp(this, request, {
      expired: (definitionId, before) => {
        const found: InstanceRecord[] = [];
        for (const instance of this.#instances.values()) {
          const { endedAt } = instance;
          if (instance.definitionId !== definitionId || endedAt === undefined || endedAt > before) continue;
          if (!this.#treeRuns(instance)) found.push(recordOf(instance));
        }
        return [found.sort(byStart)];
      },
      remove: (instances) => {
        for (const { id } of instances) {
          const instance = this.#instances.get(id);
          if (instance && !this.#treeRuns(instance)) this.#remove(id);
        }
        return Promise.resolve();
      },
    });
  }

  #treeRuns({ rootId }: InstanceRecord): boolean {
    return this.#instances.list({ rootId, statuses: ["running", "suspended"], take: 1 }).items.length > 0;
  }

  #remove(id: string): void {
    this.#instances.delete(id);
    this.#steps.delete(id);
    this.#notes.delete(id);
    this.#tasks.deleteOf(id);
    this.#jobs.deleteOf(id);
    this.#messages.unsubscribeAllOf(id);
  }

  // ---------------------------------------------------------------- waking up

  listen(listener: () => void): Promise<AsyncDisposable> {
    const own = () => listener(); // the same function may listen twice
    this.#listeners.add(own);
    return Promise.resolve({
      [Symbol.asyncDispose]: () => {
        this.#listeners.delete(own);
        return Promise.resolve();
      },
    });
  }

  notify(): void {
    if (this.#notifying || this.#listeners.size === 0) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Forgets the listeners; the data goes with the object. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }
}

function byCreation(a: Note, b: Note): number {
  return a.createdAt - b.createdAt || compareIds(a.id, b.id);
}

function byStart(a: InstanceRecord, b: InstanceRecord): number {
  return a.startedAt - b.startedAt || compareIds(a.id, b.id);
}
