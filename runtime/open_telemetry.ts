/** OpenTelemetry: the only file that knows its API. Deno exports what it is told with `OTEL_DENO=true`. */
import {
  context,
  type Histogram,
  metrics,
  type ObservableCounter,
  type ObservableGauge,
  propagation,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { messageOf } from "./log.ts";
import type { Attributes, Counting, OpenSpan, SpanOptions, Telemetry } from "./telemetry.ts";

const NAME = "baton";

/** Figures that only grow: name without `baton.`, unit, description. */
const COUNTERS = [
  ["leases", "{lease}", "Times that a worker asked for due jobs"],
  ["jobs.leased", "{job}", "Jobs taken, by a lease or in the commit that created them"],
  ["jobs.completed", "{job}", "Jobs that were done and committed"],
  ["jobs.lost_leases", "{lease}", "Leases that ended while a handler ran"],
  ["retries", "{attempt}", "Failed attempts that are followed by another"],
  ["commits", "{commit}", "Commit calls to the store"],
  ["units", "{unit}", "Instances' changes that were committed"],
  ["conflicts", "{unit}", "Changes that another process got ahead of: they were run again"],
  ["incidents", "{incident}", "Incidents that were raised"],
] as const;

/** Parts that count, and what those that are gone had counted. */
class Figures {
  readonly #parts = new Set<Counting>();
  readonly #ended = new Map<string, number>();
  readonly #counters: readonly (readonly [name: string, counter: ObservableCounter])[];
  readonly #lag: ObservableGauge;
  readonly jobDuration: Histogram;

  constructor() {
    const meter = metrics.getMeter(NAME);
    this.#counters = COUNTERS.map(([name, unit, description]) => [
      name,
      meter.createObservableCounter(`baton.${name}`, { unit, description }),
    ]);
    this.#lag = meter.createObservableGauge("baton.jobs.lag", {
      unit: "s",
      description: "How long the oldest due job has been due",
    });
    this.jobDuration = meter.createHistogram("baton.job.duration", {
      unit: "s",
      description: "Attempts at jobs, from the handler's start to the commit",
    });
    for (const [name, counter] of this.#counters) {
      counter.addCallback((result) => result.observe(this.#total(name)));
    }
    this.#lag.addCallback(async (result) => {
      const lags = [...this.#parts].flatMap((part) => part.lagMs ? [part.lagMs()] : []);
      // A store that does not answer leaves a gap; the worker's own log says why.
      const known = (await Promise.allSettled(lags)).flatMap((lag) =>
        lag.status === "fulfilled" ? [lag.value] : []
      );
      if (known.length > 0) result.observe(Math.max(...known) / 1_000);
    });
  }

  #total(name: string): number {
    let sum = this.#ended.get(name) ?? 0;
    for (const part of this.#parts) sum += part.counts()[name] ?? 0;
    return sum;
  }

  add(part: Counting): () => void {
    this.#parts.add(part);
    return () => {
      if (!this.#parts.delete(part)) return;
      for (const [name, count] of Object.entries(part.counts())) {
        this.#ended.set(name, (this.#ended.get(name) ?? 0) + count);
      }
    };
  }
}

/** See {@link Telemetry}. */
export class OpenTelemetry implements Telemetry {
  readonly #figures = new Figures();

  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T> {
    const cause = options.causedBy === undefined ? undefined : parseTraceparent(options.causedBy);
    const kind = options.consumer ? SpanKind.CONSUMER : SpanKind.INTERNAL;
    const attributes = defined(options.attributes);
    // The same trace, and a link: some systems cut a trace that goes on for days, and keep links.
    const parent = cause ? trace.setSpanContext(context.active(), cause) : context.active();
    const links = cause ? [{ context: cause }] : [];
    const span = trace.getTracer(NAME).startSpan(name, { kind, attributes, links }, parent);
    return context.with(trace.setSpan(parent, span), () => within(span, work));
  }

  traceparent(): string | undefined {
    const carrier: { traceparent?: string } = {};
    propagation.inject(context.active(), carrier);
    return carrier.traceparent;
  }

  jobEnded(durationMs: number, attributes: Attributes): void {
    this.#figures.jobDuration.record(durationMs / 1_000, defined(attributes));
  }

  watch(part: Counting): () => void {
    return this.#figures.add(part);
  }
}

async function within<T>(span: Span, work: (open: OpenSpan) => Promise<T>): Promise<T> {
  const failed = (message: string): void => {
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  };
  try {
    return await work({ set: (attributes) => span.setAttributes(defined(attributes)), failed });
  } catch (error) {
    failed(messageOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** W3C Trace Context, 3.2.2: `00-<trace id>-<parent id>-<flags>`; what is stored may be older than we are. */
function parseTraceparent(text: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(text) ??
    [];
  if (traceId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
}

function defined(attributes: Attributes): Record<string, string | number | boolean> {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) result[name] = value;
  return result;
}
