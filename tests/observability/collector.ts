/** A collector of OpenTelemetry's for tests: OTLP over HTTP, as JSON. */

/** A span as it came in. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Any {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
interface Pair {
  readonly key: string;
  readonly value: Any;
}
interface Point {
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly count?: string | number;
}
interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}
interface Scope {
  readonly scope: { readonly name: string };
  readonly spans?: readonly (Omit<CollectedSpan, "attributes"> & { readonly attributes: readonly Pair[] })[];
  readonly metrics?: readonly Metric[];
}

/** What has come in from the scope `baton`. */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  /** Highest value seen: cumulative sums of one process, gauges, counts of histograms. */
  readonly figures = new Map<string, number>();
  /** All bodies, to look for what must not be there. */
  text = "";
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
      const body = await request.text();
      this.text += body;
      const { pathname } = new URL(request.url);
      const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(body);
      if (pathname === "/v1/traces") { for (const each of resourceSpans) this.#scopes(each.scopeSpans); }
      if (pathname === "/v1/metrics") { for (const each of resourceMetrics) this.#scopes(each.scopeMetrics); }
      return Response.json({});
    });
  }

  /** The environment of a process that sends to this collector. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_METRIC_EXPORT_INTERVAL: "200",
      OTEL_DENO_CONSOLE: "ignore",
    };
  }

  named(name: string): CollectedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  #scopes(scopes: readonly Scope[]): void {
    for (const { scope, spans = [], metrics = [] } of scopes) {
      if (scope.name !== "baton") continue;
      for (const span of spans) this.spans.push({ ...span, attributes: plain(span.attributes) });
      for (const { name, sum, gauge, histogram } of metrics) {
        for (const point of (sum ?? gauge ?? histogram)?.dataPoints ?? []) {
          const value = Number(point.asDouble ?? point.asInt ?? point.count);
          this.figures.set(name, Math.max(value, this.figures.get(name) ?? 0));
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function plain(pairs: readonly Pair[]): Record<string, unknown> {
  const value = ({ stringValue, intValue, doubleValue, boolValue }: Any): unknown =>
    stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue;
  return Object.fromEntries(pairs.map((pair) => [pair.key, value(pair.value)]));
}
