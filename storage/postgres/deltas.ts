/**
 * What ended in some units, added up for `kpi_deltas`: the server would take ten times as long for it. Only whole batches are added up: if one of the units does not stand, the server adds up the others.
 */
import type { Unit } from "../store.ts";
import { columns } from "./arrays.ts";

const HOUR_MS = 3_600_000;

/** The ends of one element in one hour. */
interface Delta {
  readonly hour: number;
  readonly unit: Unit;
  readonly definitionId: string;
  readonly key: string;
  readonly elementId: string;
  failures: number;
  readonly durationsMs: number[];
}

/** @returns One array per column; empty ones if some unit does not say what its instance runs. */
export function deltaParams(units: readonly Unit[]): Uint8Array[] {
  const deltas = deltasOf(units) ?? [];
  return [
    columns.time(deltas, (d) => d.hour * HOUR_MS),
    columns.text(deltas, (d) => d.unit.tenant),
    columns.text(deltas, (d) => d.key),
    columns.int8(deltas, (d) => d.definitionId),
    columns.text(deltas, (d) => d.elementId),
    columns.int4(deltas, (d) => d.failures),
    columns.text(deltas, (d) => d.durationsMs.join(",")),
  ];
}

function deltasOf(units: readonly Unit[]): Delta[] | undefined {
  const deltas: Delta[] = [];
  // By definition, then by element: the hour is nearly always the same, and looked at last.
  const found = new Map<string, Map<string, Delta>>();
  for (const unit of units) {
    const { steps } = unit;
    if (steps.length === 0) continue;
    const process = unit.create ?? unit.process;
    if (!process) return undefined;
    const { definitionId, key } = process;
    const owner = `${definitionId} ${unit.tenant}`;
    let elements = found.get(owner);
    if (!elements) found.set(owner, elements = new Map());
    for (const { elementId, status, startedAt, endedAt } of steps) {
      const hour = Math.floor(endedAt / HOUR_MS);
      const ms = Math.max(0, Math.trunc(endedAt) - Math.trunc(startedAt));
      const failed = status === "failed" ? 1 : 0;
      const delta = elements.get(elementId);
      if (delta?.hour === hour) {
        delta.failures += failed;
        delta.durationsMs.push(ms);
      } else {
        const first: Delta = {
          hour,
          unit,
          definitionId,
          key,
          elementId,
          failures: failed,
          durationsMs: [ms],
        };
        elements.set(elementId, first);
        deltas.push(first);
      }
    }
  }
  return deltas;
}
