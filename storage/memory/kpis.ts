/** The memory store's KPIs: running sums by hour, day and month. */
import { durationOf, type Ended, type KpiGroups, within } from "../kpi/groups.ts";
import { type Cover, PERIODS, startOf } from "../kpi/periods.ts";
import { Summary } from "../kpi/summary.ts";
import type { KpiQuery, Step, StoredInstance } from "../store.ts";

type Of = Pick<StoredInstance, "tenant" | "key" | "definitionId">;

interface Group extends Of {
  /** Empty for whole instances. */
  readonly elementId: string;
  readonly hour: Map<number, Summary>;
  readonly day: Map<number, Summary>;
  readonly month: Map<number, Summary>;
}

/** Steps of one unit, or an instance. */
interface Pending {
  readonly of: Of;
  readonly ended: readonly Step[] | Ended;
}

/** Summing up waits until it is asked for, or this much waits: it stays out of the way of commits. */
const MAX_PENDING = 1_024;

/** Sums of what ended, by tenant, definition, element and time. */
export class MemoryKpis {
  /** By tenant, definition, element: a definition has one key. */
  readonly #groups = new Map<string, Map<string, Map<string, Group>>>();
  #pending: Pending[] = [];

  /** Counts ended steps. */
  addSteps(of: Of, steps: readonly Step[]): void {
    this.#add({ of, ended: steps });
  }

  /** Counts an ended instance. */
  addInstance(of: Of & Omit<Ended, "endedAt">, endedAt: number): void {
    this.#add({ of, ended: { status: of.status, startedAt: of.startedAt, endedAt } });
  }

  #add(pending: Pending): void {
    this.#pending.push(pending);
    if (this.#pending.length >= MAX_PENDING) this.#sumUp();
  }

  /** Forgets all. */
  clear(): void {
    this.#groups.clear();
    this.#pending = [];
  }

  /** Adds to `groups` what the whole hours of a query's time hold. */
  collect(groups: KpiGroups, query: KpiQuery, cover: Cover): void {
    this.#sumUp();
    for (const group of this.#all()) {
      if ((group.elementId === "") !== (query.groupBy === "process")) continue;
      if (query.tenant !== undefined && group.tenant !== query.tenant) continue;
      if (query.key !== undefined && group.key !== query.key) continue;
      if (query.definitionId !== undefined && group.definitionId !== query.definitionId) continue;
      if (
        query.elementId !== undefined && query.groupBy !== "process" && group.elementId !== query.elementId
      ) continue;
      for (const period of PERIODS) {
        if (cover[period].length === 0) continue;
        for (const [start, summary] of group[period]) {
          if (within(cover[period], start)) groups.merge(group.key, group.elementId, summary);
        }
      }
    }
  }

  #sumUp(): void {
    const touched = new Set<Summary>();
    let hour = NaN;
    let starts: readonly number[] = [];
    const count = (group: Group, ended: Ended) => {
      const ofHour = startOf("hour", ended.endedAt);
      // Most of what waits ended in the same hour.
      if (ofHour !== hour) {
        hour = ofHour;
        starts = PERIODS.map((period) => startOf(period, hour));
      }
      const ms = durationOf(ended), failed = ended.status === "failed";
      for (let i = 0; i < PERIODS.length; i++) {
        const summaries = group[PERIODS[i]];
        let summary = summaries.get(starts[i]);
        if (!summary) summaries.set(starts[i], summary = new Summary());
        summary.add(ms, failed);
        touched.add(summary);
      }
    };
    for (const { of, ended } of this.#pending) {
      if ("endedAt" in ended) count(this.#group(of, ""), ended);
      else for (const step of ended) count(this.#group(of, step.elementId), step);
    }
    for (const summary of touched) summary.condense();
    this.#pending = [];
  }

  #group({ tenant, key, definitionId }: Of, elementId: string): Group {
    let definitions = this.#groups.get(tenant);
    if (!definitions) this.#groups.set(tenant, definitions = new Map());
    let elements = definitions.get(definitionId);
    if (!elements) definitions.set(definitionId, elements = new Map());
    let group = elements.get(elementId);
    if (!group) {
      const own = { hour: new Map(), day: new Map(), month: new Map() };
      elements.set(elementId, group = { tenant, key, definitionId, elementId, ...own });
    }
    return group;
  }

  *#all(): Generator<Group> {
    for (const definitions of this.#groups.values()) {
      for (const elements of definitions.values()) yield* elements.values();
    }
  }
}
