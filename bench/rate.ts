/**
 * Measures how often something can be done in a second.
 *
 * @module
 */

/**
 * Repeats work until a time has passed, after a warm-up of a fifth of it.
 *
 * @param work Does `count` units of work.
 * @param options.ms How long to measure, in milliseconds.
 * @param options.batch Units of work per call. Default 1.
 * @returns Units per second.
 */
export async function rate(
  work: (count: number) => void | Promise<void>,
  options: { readonly ms: number; readonly batch?: number },
): Promise<number> {
  const { ms, batch = 1 } = options;
  await repeat(work, batch, ms / 5);
  const { units, elapsedMs } = await repeat(work, batch, ms);
  return units / elapsedMs * 1000;
}

async function repeat(
  work: (count: number) => void | Promise<void>,
  batch: number,
  ms: number,
): Promise<{ units: number; elapsedMs: number }> {
  const started = performance.now();
  let units = 0;
  let elapsedMs = 0;
  do {
    const pending = work(batch);
    // Synchronous work must not pay for a turn of the event loop.
    if (pending !== undefined) await pending;
    units += batch;
    elapsedMs = performance.now() - started;
  } while (elapsedMs < ms);
  return { units, elapsedMs };
}
