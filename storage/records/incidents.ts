/** What waits for somebody to look at it. */
import type { NewIncident } from "../../engine/mod.ts";

/** An open incident. */
export interface Incident extends NewIncident {
  /** The instance's tenant. */
  readonly tenant: string;
  /** The instance that it stands in. */
  readonly instanceId: string;
  /** The process id in the file. */
  readonly processKey: string;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

/** Which incidents to list; oldest first. */
export interface IncidentQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only incidents of this instance. */
  readonly instanceId?: string;
  /** Only incidents of this process, of all its versions. */
  readonly processKey?: string;
  /** Only this kind: see `docs/incidents.md`. */
  readonly kind?: string;
  /** Only incidents at this element. */
  readonly elementId?: string;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}
