/**
 * Samples durations.
 *
 * @module
 */

/** Two quantiles of a sample, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/**
 * Measures two things in turn, with pauses of 10 to 20 ms, after a warm-up of a fifth of the samples: what else the
 * machine does meanwhile meets both.
 *
 * @param measures Each gives one duration in milliseconds.
 */
export async function sampleLatencies(
  samples: number,
  measures: readonly [() => Promise<number>, () => Promise<number>],
): Promise<[Latency, Latency]> {
  const durations: [number[], number[]] = [[], []];
  for (let i = -Math.ceil(samples / 5); i < samples; i++) {
    // Neither is always the one after the other.
    for (const which of i % 2 === 0 ? [0, 1] : [1, 0]) {
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 10));
      const duration = await measures[which]();
      if (i >= 0) durations[which].push(duration);
    }
  }
  return [quantiles(durations[0]), quantiles(durations[1])];
}

function quantiles(durations: number[]): Latency {
  durations.sort((a, b) => a - b);
  const at = (share: number): number =>
    durations[Math.min(durations.length - 1, Math.floor(share * durations.length))];
  return { p50: at(0.5), p99: at(0.99) };
}
