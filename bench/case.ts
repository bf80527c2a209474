/**
 * What a benchmark case is, and the rows that it gives.
 *
 * @module
 */

/** One measured figure, beside its peer or limit. */
export interface Row {
  readonly case: string;
  readonly value: number;
  /** Unit of `value` and `peerValue`: `instances/s`, `ms`. */
  readonly unit: string;
  /** What `peerValue` belongs to; null if nothing stands beside it. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** `value` / `peerValue`. */
  readonly ratio: number | null;
  /** The bound of the ratio; null: no target. Whether it is a lower or an upper one depends on the case. */
  readonly mustReach: number | null;
  readonly holds: boolean;
  /** How it was measured: sizes, settings, durations. */
  readonly configuration: string;
}

/** How a run was asked for. */
export interface BenchContext {
  /** The whole run is to stay under 50 seconds. */
  readonly quick: boolean;
  /** Cases over 50 seconds are asked for, too. */
  readonly large: boolean;
  /** How long one measurement should take, in milliseconds. */
  readonly measureMs: number;
  /** Tells what is going on. Never on standard output: that is for the results. */
  log(text: string): void;
  /** Measures something that several cases stand beside once per run. */
  once<T>(name: string, measure: () => Promise<T>): Promise<T>;
}

/** One file in `bench/cases/`: its default export. */
export interface BenchCase {
  /** For `--only`. */
  readonly name: string;
  /** Takes over 50 seconds: runs with `--large` or by name. */
  readonly large?: boolean;
  run(context: BenchContext): Promise<readonly Row[]>;
}

/** What a case knows; {@link row} works out the rest. */
export interface Measured {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly configuration: string;
  readonly peer?: { readonly name: string; readonly value: number };
  /** The ratio must be at least this. */
  readonly atLeast?: number;
  /** The ratio must be at most this. */
  readonly atMost?: number;
}

/**
 * Makes a row of a measured figure.
 *
 * @throws {RangeError} If a figure is not a finite number, or a target has no peer to compare with.
 */
export function row(measured: Measured): Row {
  const { value, peer, atLeast, atMost } = measured;
  for (const figure of [value, peer?.value ?? 0]) {
    if (!Number.isFinite(figure)) {
      throw new RangeError(`Cannot report "${measured.case}": ${figure} is no figure`);
    }
  }
  const ratio = peer === undefined || peer.value === 0 ? null : value / peer.value;
  const mustReach = atLeast ?? atMost ?? null;
  if (mustReach !== null && ratio === null) {
    throw new RangeError(`Cannot report "${measured.case}": a target needs a peer that is not zero`);
  }
  const holds = ratio === null ||
    ((atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost));
  return {
    case: measured.case,
    value,
    unit: measured.unit,
    peer: peer?.name ?? null,
    peerValue: peer?.value ?? null,
    ratio,
    mustReach,
    holds,
    configuration: measured.configuration,
  };
}
