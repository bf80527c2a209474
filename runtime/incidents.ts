/** What people have to look at. */
import { type Incident, type IncidentQuery, NotFoundError, type Page } from "../storage/store.ts";
import type { VariableValues } from "./api.ts";
import { checkArgument, checkOptions, findsNothing } from "./arguments.ts";
import { command } from "./commands.ts";
import { RejectedError } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import { INCIDENTS } from "./shapes.ts";
import { takeVariables } from "./values.ts";

/** Incidents that are resolved together. */
const BATCH = 200;

/** Incidents: list, resolve. */
export class IncidentsApi {
  readonly #runtime: Runtime;
  readonly #tenant: string;

  /** Part of an engine. */
  constructor(runtime: Runtime, tenant: string) {
    this.#runtime = runtime;
    this.#tenant = tenant;
  }

  /** Oldest first. */
  async list(query: Omit<IncidentQuery, "tenant"> = {}): Promise<Page<Incident>> {
    checkOptions(query, INCIDENTS, "query");
    if (findsNothing(query, "instanceId")) return { items: [] };
    return await this.#runtime.store.listIncidents({ ...query, tenant: this.#tenant });
  }

  /**
   * Tries again from where it stopped.
   *
   * @param which An incident's id (quicker: with its instance's), or a filter: all that match, but for those of
   *   suspended instances.
   * @param variables Written first, into each instance.
   * @returns How many were resolved.
   * @throws {NotFoundError} If one incident is named and there is no such incident.
   * @throws {RejectedError} `suspended` if one incident is named and its instance is suspended.
   */
  async resolve(
    which:
      | string
      | { readonly id: string; readonly instanceId: string }
      | Omit<IncidentQuery, "tenant" | "take" | "cursor">,
    variables?: VariableValues,
  ): Promise<number> {
    if (typeof which !== "string") checkArgument(which, "object", "which");
    const values = variables && takeVariables(variables);
    if (typeof which === "string" || "id" in which) {
      if (typeof which !== "string" && findsNothing(which, "id", "instanceId")) {
        throw new NotFoundError(`Cannot resolve incident "${which.id}": there is none`);
      }
      const incident = typeof which === "string" ? await this.#find(which) : which;
      if (incident && await this.#resolveOne(incident, values)) return 1;
      const id = typeof which === "string" ? which : which.id;
      throw new NotFoundError(`Cannot resolve incident "${id}": there is none`);
    }
    // All are found first: what fails again at once is an incident anew, and would be met for ever.
    const found: { readonly id: string; readonly instanceId: string }[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.list({ ...which, take: 1_000, cursor });
      for (const { id, instanceId } of page.items) found.push({ id, instanceId });
      cursor = page.next;
    } while (cursor !== undefined);
    let resolved = 0;
    const errors: unknown[] = [];
    for (let i = 0; i < found.length; i += BATCH) {
      const batch = found.slice(i, i + BATCH);
      const answers = await Promise.allSettled(batch.map((incident) => this.#resolveOne(incident, values)));
      for (const answer of answers) {
        if (answer.status === "rejected") errors.push(answer.reason);
        else if (answer.value) resolved++;
      }
    }
    // What keeps one from being resolved keeps no other. A suspended instance waits for its resume.
    const failed = errors.find((error) => !(error instanceof RejectedError && error.code === "suspended"));
    if (failed !== undefined) throw failed;
    return resolved;
  }

  async #find(id: string): Promise<Incident | undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.list({ take: 1_000, cursor });
      const found = page.items.find((each) => each.id === id);
      if (found) return found;
      cursor = page.next;
    } while (cursor !== undefined);
    return undefined;
  }

  /** @returns Whether it was open. */
  async #resolveOne(
    incident: { readonly id: string; readonly instanceId: string },
    variables?: Record<string, unknown>,
  ): Promise<boolean> {
    try {
      await command(this.#runtime, this.#tenant, incident.instanceId, {
        kind: "resolveIncident",
        incidentId: incident.id,
        variables,
      });
      return true;
    } catch (error) {
      // Somebody else was faster, or the instance has ended.
      const over = error instanceof NotFoundError ||
        (error instanceof RejectedError &&
          (error.code === "no-such-incident" || error.code === "not-running"));
      if (over) return false;
      throw error;
    }
  }
}
