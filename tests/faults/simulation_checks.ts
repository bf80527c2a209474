/** What must hold after every commit of the simulated fleet, and when it has come to rest. */
import assert from "node:assert/strict";
import { decodeInstance } from "../../engine/mod.ts";
import type {
  EndedJobs,
  JobEnd,
  JobUpdate,
  JobUpdateResult,
  Lease,
  Leased,
  NewMessage,
  Step,
  Store,
  Subscription,
  Unit,
  UnitResult,
} from "../../storage/store.ts";
import { assertSound } from "../support/core_invariants.ts";

interface Seen {
  revision: number;
  ended: boolean;
  readonly steps: Map<number, string>;
}

/** Whoever throws a message in a model gives it an hour; it takes the fleet minutes to come to rest. */
const LONG_MS = 3_600_000;

/** Watches one store. */
export class SimulationChecks {
  readonly #store: Store;
  readonly #instances = new Map<string, Seen>();
  /** By job: the number of the latest lease, and whether it was given back or taken away. */
  readonly #leases = new Map<string, { readonly leaseNo: number; readonly held: boolean }>();
  /** Jobs whose outcomes were kept: their leases hold until a unit takes them, and suspending them changes nothing. */
  readonly #ended = new Set<string>();
  /** Messages with the processes that took them. */
  readonly #taken = new Set<string>();
  /** Messages of models that the store has accepted: their time is long enough. */
  readonly #thrown = new Set<string>();
  /** Variables that a user was told are set. */
  readonly #answered: { readonly id: string; readonly variable: string }[] = [];
  /** Units that stand. */
  commits = 0;
  /** Every instance with its steps, when all has come to rest. */
  histories = "";

  constructor(store: Store) {
    this.#store = store;
  }

  get instances(): number {
    return this.#instances.size;
  }

  /** After a call, before anybody else does anything. */
  async answer(method: string, given: unknown, answer: unknown): Promise<void> {
    if (method === "commit") await this.#committed(given as Unit[], answer as UnitResult[]);
    else if (method === "updateJobs") this.#updated(given as JobUpdate[], answer as JobUpdateResult[]);
    else if (method === "endJobs") this.#kept(given as JobEnd[], answer as EndedJobs);
    else if (method === "publishMessage") this.#published(given as NewMessage, answer as boolean);
    else if (method === "leaseJobs") this.#leased(answer as Leased);
  }

  async #committed(units: readonly Unit[], results: readonly UnitResult[]): Promise<void> {
    assert.equal(results.length, units.length);
    // All of them stand already: a caller's state is judged by whether the instance it called is there.
    for (const [index, { instanceId }] of units.entries()) {
      if (results[index].outcome !== "committed" || this.#instances.has(instanceId)) continue;
      this.#instances.set(instanceId, { revision: 0, ended: false, steps: new Map() });
    }
    for (const [index, unit] of units.entries()) {
      const result = results[index];
      if (result.outcome !== "committed") continue;
      this.commits++;
      this.#checkConsumed(unit);
      await this.#checkInstance(unit, result.revision);
    }
  }

  /** After a user heard that an instance's variable is set. */
  answered(id: string, variable: string): void {
    this.#answered.push({ id, variable });
  }

  #published({ id, publishedAt, expiresAt }: NewMessage, isNew: boolean): void {
    if (isNew && expiresAt - publishedAt >= LONG_MS) this.#thrown.add(id);
  }

  /** A job's fence only grows. */
  #leased({ jobs }: Leased): void {
    for (const { id, leaseNo, type } of jobs) {
      // A worker that lost its lease may enqueue the end of a message once more: deleting it twice does no harm.
      if (type === "baton:expire-message") continue;
      // There is one after the other with the same id, the instance's.
      if (type === "baton:collect") continue;
      const before = this.#leases.get(id)?.leaseNo ?? 0;
      assert.ok(leaseNo > before, `job ${id} was leased twice with number ${leaseNo}`);
      this.#leases.set(id, { leaseNo, held: true });
    }
  }

  /** Leased jobs were changed without a unit. */
  #updated(updates: readonly JobUpdate[], results: readonly JobUpdateResult[]): void {
    updates.forEach((update, index) => {
      if (results[index] === "done") this.#consume(update);
    });
  }

  #kept(ends: readonly JobEnd[], { results }: EndedJobs): void {
    ends.forEach(({ jobId, leaseNo }, index) => {
      if (results[index] !== "kept") return;
      assert.deepEqual(
        this.#leases.get(jobId),
        { leaseNo, held: true },
        `the lease of job ${jobId} was held`,
      );
      this.#ended.add(jobId);
    });
  }

  /** What a unit that stands has used up was its own to use. */
  #checkConsumed({ leases, takeMessages, holdJobs, openJobs }: Unit): void {
    for (const lease of leases) this.#consume(lease);
    for (const { id } of holdJobs ?? []) {
      if (this.#ended.has(id)) continue;
      const lease = this.#leases.get(id);
      if (lease) this.#leases.set(id, { ...lease, held: false });
    }
    for (const { id, lease } of openJobs) if (lease) this.#leases.set(id, { leaseNo: 1, held: true });
    for (const { messageId, processKey } of takeMessages ?? []) {
      const take = `${messageId} ${processKey}`;
      assert.ok(!this.#taken.has(take), `message ${messageId} was taken twice by process ${processKey}`);
      this.#taken.add(take);
    }
  }

  #consume({ jobId, leaseNo }: Lease): void {
    const latest = this.#leases.get(jobId);
    if (latest === undefined) return; // the end of a message, or what collects: see above
    assert.deepEqual({ leaseNo, held: true }, latest, `the lease of job ${jobId} was held`);
    this.#leases.set(jobId, { leaseNo, held: false });
    this.#ended.delete(jobId);
  }

  async #checkInstance({ instanceId: id }: Unit, revision: number): Promise<void> {
    const seen = this.#instances.get(id);
    assert.ok(seen);
    assert.equal(revision, seen.revision + 1, `revisions of instance ${id} follow each other`);
    assert.ok(!seen.ended, `instance ${id} had ended`);
    seen.revision = revision;
    await this.#checkStored(id, seen);
  }

  /** Every instance against the tables: a commit may harm others than its own. */
  async all(): Promise<void> {
    for (const [id, seen] of this.#instances) await this.#checkStored(id, seen);
  }

  async #checkStored(id: string, seen: Seen): Promise<void> {
    const [stored] = await this.#store.loadInstances([id]);
    assert.equal(stored.revision, seen.revision);
    seen.ended = stored.endedAt !== undefined;
    const steps = await this.#store.listSteps(id);
    this.#checkSteps(id, seen, steps);
    const instance = decodeInstance(id, {
      state: stored.state,
      variables: stored.variables,
      locals: stored.locals,
    });
    assert.equal(instance.state.status, stored.status);
    const byId = <T extends { readonly id: string }>(rows: readonly T[]) =>
      new Map(rows.map((row) => [row.id, row]));
    assertSound(instance, steps, {
      jobs: byId(
        (await this.#store.listJobs({ instanceId: id, take: 1_000 })).items.filter(({ type }) =>
          type !== "baton:collect"
        ),
      ),
      subscriptions: byId(await this.#subscriptions(id)),
      userTasks: byId((await this.#store.listUserTasks({ instanceId: id })).items),
      incidents: byId((await this.#store.listIncidents({ instanceId: id })).items),
      instances: this.#instances,
    });
  }

  #checkSteps(id: string, seen: Seen, steps: readonly Step[]): void {
    const now = new Map(steps.map((step) => [step.sequence, JSON.stringify(step)]));
    assert.equal(now.size, steps.length, `instance ${id} has a step twice`);
    for (const [sequence, before] of seen.steps) {
      assert.equal(
        now.get(sequence),
        before,
        `step ${sequence} of instance ${id} changed after it was written`,
      );
    }
    for (const [sequence, text] of now) seen.steps.set(sequence, text);
  }

  async #subscriptions(instanceId: string): Promise<Subscription[]> {
    const found: Subscription[] = [];
    for (const kind of ["message", "signal"] as const) {
      const { items } = await this.#store.findSubscriptions({ tenant: "default", kind, instanceId });
      found.push(...items.filter((each) => each.instanceId === instanceId));
    }
    return found;
  }

  /** When all has come to rest: every instance has ended, and nothing is left of any. */
  async atRest(): Promise<void> {
    assert.deepEqual((await this.#store.listJobs()).items, []);
    assert.deepEqual((await this.#store.listUserTasks()).items, []);
    assert.deepEqual((await this.#store.listIncidents()).items, []);
    for (const { id, variable } of this.#answered) {
      const [{ variables }] = await this.#store.loadInstances([id]);
      assert.ok(Object.hasOwn(JSON.parse(variables), variable), `"${variable}" of instance ${id} was set`);
    }
    for (const id of this.#thrown) {
      assert.ok(this.#taken.has(`${id} answer`), `message ${id} has started a process`);
    }
    const instances = (await this.#store.listInstances({ take: 1_000 })).items;
    assert.equal(instances.length, this.#instances.size, "every instance was seen");
    for (const { id, revision, status, parentId, rootId } of instances) {
      assert.equal(revision, this.#instances.get(id)?.revision);
      assert.notEqual(status, "running");
      assert.deepEqual(await this.#subscriptions(id), []);
      const steps = await this.#store.listSteps(id);
      this.histories += `${id} ${status} ${JSON.stringify(steps)}\n`;
      const sequences = steps.map((step) => step.sequence);
      assert.deepEqual(
        sequences,
        sequences.map((_, index) => index + 1),
        `history of instance ${id} is whole`,
      );
      if (parentId === undefined) assert.equal(rootId, id);
    }
  }
}
