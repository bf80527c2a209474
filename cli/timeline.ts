/** A small bar per step, on a common time axis. */

/** What is drawn. */
interface Span {
  readonly startedAt: number;
  readonly durationMs: number;
}

/**
 * @param spans All that share the axis.
 * @param from Where the axis begins: milliseconds since 1970 UTC.
 * @param width Characters of the whole axis.
 * @returns Draws one of them; each bar has at least one mark, and all have the same length.
 */
export function timeline(spans: readonly Span[], from: number, width = 28): (span: Span) => string {
  const end = Math.max(...spans.map((span) => span.startedAt + span.durationMs), from + 1);
  const scale = width / (end - from);
  return (span) => {
    const first = Math.min(width - 1, Math.max(0, Math.floor((span.startedAt - from) * scale)));
    const last = Math.min(
      width,
      Math.max(first + 1, Math.round((span.startedAt + span.durationMs - from) * scale)),
    );
    const mark = span.durationMs * scale < 0.5 ? "▏" : "█";
    return "·".repeat(first) + mark.repeat(last - first) + "·".repeat(width - last);
  };
}
