/** What the runtime keeps in an instance's state besides what the core keeps there. */
import type { InstanceState } from "../engine/mod.ts";

/** Kept under `host`; the core neither reads nor changes it. */
export interface Host {
  /** The instance holds the unique key of this message start until it ends. */
  messageStart?: { readonly name: string; readonly key: string };
}

/** @returns What is kept; empty if nothing is. */
export function hosted(state: InstanceState): Host {
  return (state as InstanceState & { host?: Host }).host ?? {};
}

/** Keeps something. */
export function setHosted(state: InstanceState, host: Host): void {
  (state as InstanceState & { host?: Host }).host = host;
}
