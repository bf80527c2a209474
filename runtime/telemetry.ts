/**
 * What the runtime tells a tracing system. Absent unless the process has one: then nothing is made, measured or
 * stored for it. The only implementation is `open_telemetry.ts`.
 */

/** Attributes of a span or a figure; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a span may be told while it is open. */
export interface OpenSpan {
  /** Adds attributes that were not known at the start. */
  set(attributes: Attributes): void;
  /** It failed, although nothing was thrown. */
  failed(message: string): void;
}

/** How a span is begun. */
export interface SpanOptions {
  readonly attributes: Attributes;
  /** W3C trace context of what caused this, perhaps in another process. */
  readonly causedBy?: string;
  /** It takes what others have put into a queue. */
  readonly consumer?: boolean;
}

/** Counts since a part of the runtime was made; they only grow. */
export type Counts = Readonly<Record<string, number>>;

/** A part of the runtime that counts. */
export interface Counting {
  /** By the names in `docs/observability.md`, without `baton.`. */
  counts(): Counts;
  /** How long the oldest due job has been due, in milliseconds; 0 if none is. */
  lagMs?(): Promise<number>;
}

/** A tracing system. */
export interface Telemetry {
  /** Runs `work` in a span that is the parent of all spans within it. What `work` throws fails the span. */
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** W3C trace context of the current span; absent if there is none. */
  traceparent(): string | undefined;
  /** One finished attempt at a job. */
  jobEnded(durationMs: number, attributes: Attributes): void;
  /** Reads a part's counts until it is told to stop. @returns Stops; what was counted stays counted. */
  watch(part: Counting): () => void;
}

/** Where OpenTelemetry's API and Deno itself (`OTEL_DENO=true`) register what they have. */
const REGISTRY = Symbol.for("opentelemetry.js.api.1");

let loaded: Telemetry | undefined;

/** Loads the process's tracing system, if one was registered before. */
export async function loadTelemetry(): Promise<void> {
  // Most processes have none: they do not load OpenTelemetry's API.
  if (loaded || (globalThis as Record<symbol, unknown>)[REGISTRY] === undefined) return;
  const { OpenTelemetry } = await import("./open_telemetry.ts");
  loaded = new OpenTelemetry();
}

/** @returns What {@link loadTelemetry} has found. */
export function loadedTelemetry(): Telemetry | undefined {
  return loaded;
}
