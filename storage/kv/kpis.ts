/**
 * KPIs on Deno KV.
 *
 * Each commit also writes what ended in it, under a key of its own, so that commits never wait for each other.
 * {@link KvKpis.sumUp} moves that into sums by hour, day and month. All who move take turns: each commit of theirs
 * checks and changes one key, the turn. Who reads reads everything again if a turn was taken meanwhile. So each end
 * is seen exactly once, in one of the two places.
 */
import { type InstanceValue } from "./commit.ts";
import { KvBatch, type KvDatabase, nameOf, pause, type Row } from "./database.ts";
import { type KvKeys } from "./keys.ts";
import { durationOf, type Ended, type KpiGroups, within } from "../kpi/groups.ts";
import { type Cover, PERIODS, startOf } from "../kpi/periods.ts";
import { Summary, type SummaryValue } from "../kpi/summary.ts";
import type { KpiQuery, Step, Unit } from "../store.ts";

interface Of {
  readonly tenant: string;
  readonly key: string;
  readonly definitionId: string;
}

/** What ended in one commit. An empty element id stands for the instance. */
interface Delta extends Of {
  readonly ended: readonly (readonly [elementId: string, endedAt: number, ms: number, failed: boolean])[];
}

interface SumValue extends Of, SummaryValue {
  readonly elementId: string;
}

interface Turn {
  readonly number: number;
  /** Sums are being counted anew, or that was interrupted: nothing is moved. */
  readonly rebuilding: boolean;
}

/** How many deltas are moved at once, if they fit. */
const MOVED = 100;

/** Puts what ended in a unit into its batch. */
export function writeEnded(
  batch: KvBatch,
  keys: KvKeys,
  unit: Unit,
  before: InstanceValue | undefined,
  after: InstanceValue,
): void {
  const ends = before?.endedAt === undefined;
  const delta = deltaOf(unit.steps, ends ? after : { ...after, endedAt: undefined });
  if (delta) batch.set(keys.kpiDelta(unit.instanceId, after.revision, 0), delta);
}

function deltaOf(steps: readonly Step[], instance: InstanceValue): Delta | undefined {
  const { tenant, key, definitionId, endedAt } = instance;
  const entry = (elementId: string, ended: Ended) =>
    [elementId, ended.endedAt, durationOf(ended), ended.status === "failed"] as const;
  const ended = steps.map((step) => entry(step.elementId, step));
  if (endedAt !== undefined) ended.push(entry("", { ...instance, endedAt }));
  return ended.length === 0 ? undefined : { tenant, key, definitionId, ended };
}

/** Sums of what ended. */
export class KvKpis {
  readonly #database: KvDatabase;
  readonly #keys: KvKeys;

  constructor(database: KvDatabase, keys: KvKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /** Moves what commits have left into the sums. */
  async sumUp(): Promise<void> {
    let take = MOVED;
    for (let attempt = 0;;) {
      const turn = await this.#turn();
      if (turn.value?.rebuilding) return;
      const deltas = await this.#database.list<Delta>({ prefix: this.#keys.kpiDelta() }, take);
      if (deltas.length === 0) return;
      const batch = await this.#move(turn, deltas);
      await this.#database.writeChunks(batch);
      if (!batch.fits()) {
        if (deltas.length > 1) take = deltas.length >> 1;
        else await this.#split(turn, deltas[0]);
      } else if (await this.#database.commit(batch)) {
        if (deltas.length < take) return;
        attempt = 0;
      } else await pause(Math.min(2 ** attempt++, 64)); // somebody else's turn
    }
  }

  async #turn(): Promise<Row<Turn>> {
    return await this.#database.get<Turn>(this.#keys.kpiTurn());
  }

  #takeTurn(batch: KvBatch, turn: Row<Turn>, rebuilding: boolean): void {
    batch.check(turn);
    batch.set(turn.key, { number: (turn.value?.number ?? 0) + 1, rebuilding });
  }

  async #move(turn: Row<Turn>, deltas: readonly Row<Delta>[]): Promise<KvBatch> {
    const sums = new Map<
      string,
      { of: Of; elementId: string; key: Deno.KvKey; sum: Summary }
    >();
    for (const { value: of } of deltas) {
      if (!of) continue;
      for (const [elementId, endedAt, ms, failed] of of.ended) {
        for (const period of PERIODS) {
          const key = this.#keys.kpiSum(period, startOf(period, endedAt), of, elementId);
          const name = nameOf(key);
          let found = sums.get(name);
          if (!found) sums.set(name, found = { of, elementId, key, sum: new Summary() });
          found.sum.add(ms, failed);
        }
      }
    }
    const batch = new KvBatch();
    this.#takeTurn(batch, turn, false);
    for (const delta of deltas) batch.delete(delta.key, this.#keys, delta);
    const all = [...sums.values()];
    const former = await this.#database.getMany<SumValue>(all.map(({ key }) => key));
    for (const [i, { of, elementId, key, sum }] of all.entries()) {
      if (former[i].value) sum.merge(former[i].value);
      sum.condense();
      const { tenant, key: process, definitionId } = of;
      const value: SumValue = { tenant, key: process, definitionId, elementId, ...sum.value() };
      batch.set(key, value, this.#keys, former[i]);
    }
    return batch;
  }

  /** Halves what one commit cannot move. */
  async #split(turn: Row<Turn>, delta: Row<Delta>): Promise<void> {
    if (!delta.value) return;
    const { ended } = delta.value;
    const batch = new KvBatch();
    this.#takeTurn(batch, turn, false);
    batch.delete(delta.key, this.#keys, delta);
    const part = delta.key[delta.key.length - 1] as number;
    const halves = [ended.slice(0, ended.length >> 1), ended.slice(ended.length >> 1)];
    for (const [i, half] of halves.entries()) {
      batch.set([...delta.key.slice(0, -1), 2 * part + 1 + i], { ...delta.value, ended: half });
    }
    await this.#database.commit(batch); // if not, whoever was faster did the same
  }

  /** Adds to `groups` what the whole hours of a query's time hold. */
  async collect(groups: KpiGroups, query: KpiQuery, cover: Cover): Promise<void> {
    for (let attempt = 0;; attempt++) {
      const before = await this.#turn();
      const sums = await this.#sums(cover);
      const deltas: Delta[] = [];
      for await (const { value } of this.#database.scan<Delta>(this.#keys.kpiDelta())) {
        if (value) deltas.push(value);
      }
      const after = await this.#turn();
      if (before.versionstamp !== after.versionstamp) {
        await pause(Math.min(2 ** attempt, 64));
        continue;
      }
      for (const sum of sums) {
        if (asked(query, sum, sum.elementId)) groups.merge(sum.key, sum.elementId, sum);
      }
      for (const delta of deltas) {
        for (const [elementId, endedAt, ms, failed] of delta.ended) {
          if (!asked(query, delta, elementId) || !within(cover.hours, endedAt)) continue;
          const status = failed ? "failed" : "completed";
          groups.add(delta.key, elementId, { startedAt: endedAt - ms, endedAt, status });
        }
      }
      return;
    }
  }

  async #sums(cover: Cover): Promise<SumValue[]> {
    const sums: SumValue[] = [];
    for (const period of PERIODS) {
      const prefix = this.#keys.kpiSums(period);
      for (const { from, to } of cover[period]) {
        const after = from === -Infinity ? undefined : [from - 0.5];
        for await (const { key, value } of this.#database.scan<SumValue>(prefix, after)) {
          if (Number(key[prefix.length]) >= to) break;
          if (value) sums.push(value);
        }
      }
    }
    return sums;
  }

  /**
   * Counts anew. First all sums go, and from then on nothing is moved. Then each instance's deltas are replaced by
   * one of its whole history, guarded by its record: what commits add meanwhile is in the one or comes after it.
   *
   * @param instances Ids of all instances; those that are added meanwhile may be left out.
   * @param load The instance as it stands with all its steps.
   */
  async rebuild(
    instances: AsyncIterable<string>,
    load: (id: string) => Promise<{ readonly row: Row<InstanceValue>; readonly steps: readonly Step[] }>,
  ): Promise<void> {
    await this.#clear();
    for await (const row of this.#database.scan<Delta>(this.#keys.kpiDelta())) {
      const id = String(row.key[row.key.length - 3]);
      if ((await load(id)).row.value === undefined) await this.#database.kv.delete(row.key);
    }
    for await (const id of instances) {
      for (let attempt = 0;; attempt++) {
        const { row, steps } = await load(id);
        if (!row.value) break;
        const batch = new KvBatch();
        batch.check(row);
        for await (const former of this.#database.scan<Delta>(this.#keys.kpiDelta(id))) {
          batch.delete(former.key, this.#keys, former);
        }
        const delta = deltaOf(steps, row.value);
        if (delta) batch.set(this.#keys.kpiDelta(id, row.value.revision, 0), delta);
        if (await this.#database.commit(batch)) break;
        await pause(Math.min(2 ** attempt, 64));
      }
    }
    for (;;) {
      const batch = new KvBatch();
      this.#takeTurn(batch, await this.#turn(), false);
      if (await this.#database.commit(batch)) break;
    }
    await this.sumUp();
  }

  async #clear(): Promise<void> {
    for (;;) {
      const batch = new KvBatch();
      this.#takeTurn(batch, await this.#turn(), true);
      const rows = await this.#database.list<SumValue>({ prefix: this.#keys.kpiSums() }, 300);
      for (const row of rows) batch.delete(row.key, this.#keys, row);
      if (await this.#database.commit(batch) && rows.length === 0) return;
    }
  }
}

function asked(query: KpiQuery, of: Of, elementId: string): boolean {
  return (elementId === "") === (query.groupBy === "process") &&
    (query.tenant === undefined || of.tenant === query.tenant) &&
    (query.key === undefined || of.key === query.key) &&
    (query.definitionId === undefined || of.definitionId === query.definitionId) &&
    (query.elementId === undefined || query.groupBy === "process" || elementId === query.elementId);
}
