/** What the runtime keeps in an instance's state besides what the core keeps there. */
import type { InstanceState } from "../engine/mod.ts";

/** Kept under `host`; the core neither reads nor changes it. */
export interface Host {
  /** The instance holds the unique key of this message start until it ends. */
  messageStart?: { readonly name: string; readonly key: string };
  /** The instance holds the unique key of its start until all events at these elements have come. */
  startGroup?: readonly string[];
  /** W3C trace context of the start, by which spans of later jobs, in any process, find their way back to it. */
  traceparent?: string;
}

/** @returns What is kept; empty if nothing is. */
export function hosted(state: InstanceState): Host {
  return (state as InstanceState & { host?: Host }).host ?? {};
}

/** @returns The trace context within a state as it is stored. */
export function storedTraceparent(state: string): string | undefined {
  if (!state.includes('"traceparent":')) return undefined;
  return hosted(JSON.parse(state) as InstanceState).traceparent;
}

/** Keeps something. */
export function setHosted(state: InstanceState, host: Host): void {
  (state as InstanceState & { host?: Host }).host = host;
}
