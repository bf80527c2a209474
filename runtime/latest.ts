/**
 * Which definition is the latest of its key, as far as this process knows: saves a start one round trip.
 *
 * It may be out of date at any time, for others deploy, too. So whoever starts an instance of what is remembered has
 * the store check it in the commit: see `NewInstance.latest`.
 */
import type { Definition } from "../storage/store.ts";

const MAX = 1_000;

export class LatestDefinitions {
  readonly #known = new Map<string, Definition>();

  get(tenant: string, key: string): Definition | undefined {
    return this.#known.get(nameOf(tenant, key));
  }

  put(definition: Definition): void {
    const name = nameOf(definition.tenant, definition.key);
    // The oldest goes: who starts over a thousand processes in turn asks as often as before.
    if (this.#known.size >= MAX && !this.#known.has(name)) {
      for (const first of this.#known.keys()) {
        this.#known.delete(first);
        break;
      }
    }
    this.#known.set(name, definition);
  }

  /** It is not the latest any more. */
  forget(definition: Definition): void {
    const name = nameOf(definition.tenant, definition.key);
    if (this.#known.get(name)?.id === definition.id) this.#known.delete(name);
  }
}

function nameOf(tenant: string, key: string): string {
  return JSON.stringify([tenant, key]);
}
