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
 * Measures something several times with pauses of 10 to 20 ms, after a warm-up of a fifth of the samples.
 *
 * @param measure Gives one duration in milliseconds.
 */
export async function sampleLatency(samples: number, measure: () => Promise<number>): Promise<Latency> {
  const durations: number[] = [];
  for (let i = -Math.ceil(samples / 5); i < samples; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 10));
    const duration = await measure();
    if (i >= 0) durations.push(duration);
  }
  durations.sort((a, b) => a - b);
  const at = (share: number): number => durations[Math.min(samples - 1, Math.floor(share * samples))];
  return { p50: at(0.5), p99: at(0.99) };
}
