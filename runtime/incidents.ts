/** What people have to look at. */
import type { Incident, IncidentQuery, Page } from "../storage/store.ts";
import type { VariableValues } from "./api.ts";
import { pending } from "./pending.ts";

/** Incidents: list, resolve. */
export class IncidentsApi {
  /** Oldest first. */
  list(_query: Omit<IncidentQuery, "tenant"> = {}): Promise<Page<Incident>> {
    return pending("incidents.list");
  }
  /**
   * Tries again from where it stopped.
   *
   * @param which An incident's id, or a filter: all that match.
   * @param variables Written first, into each instance.
   * @returns How many were resolved.
   * @throws {NotFoundError} If an id is given and there is no such incident.
   */
  resolve(
    _which: string | Omit<IncidentQuery, "tenant" | "take" | "cursor">,
    _variables?: VariableValues,
  ): Promise<number> {
    return pending("incidents.resolve");
  }
}
