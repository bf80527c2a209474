/** Compiled models by definition id. A definition never changes, so an entry never goes stale. */
import { parseBpmn, type ProcessModel } from "../engine/mod.ts";
import { type Definition, NotFoundError, type Store } from "../storage/store.ts";
import { sharedModel, shareModels } from "./shared_models.ts";

/** A definition with its compiled form. */
export interface CompiledDefinition {
  readonly definition: Definition;
  readonly model: ProcessModel;
}

/** Models kept; beyond, the one unused for longest goes. */
const MAX_MODELS = 1_000;

export class ModelCache {
  readonly #store: Store;
  readonly #entries = new Map<string, CompiledDefinition>();
  readonly #loading = new Map<string, Promise<CompiledDefinition>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The entry if it is here. */
  peek(definitionId: string): CompiledDefinition | undefined {
    return this.#entries.get(definitionId);
  }

  /** @throws {NotFoundError} */
  get(definitionId: string): Promise<CompiledDefinition> {
    const entry = this.#entries.get(definitionId);
    if (entry) return Promise.resolve(entry);
    let loading = this.#loading.get(definitionId);
    if (!loading) {
      loading = this.#load(definitionId).finally(() => this.#loading.delete(definitionId));
      this.#loading.set(definitionId, loading);
    }
    return loading;
  }

  /** Keeps what a deploy has compiled already. */
  put(definition: Definition, model: ProcessModel): void {
    this.#entries.delete(definition.id);
    this.#entries.set(definition.id, { definition, model });
    if (this.#entries.size > MAX_MODELS) {
      for (const id of this.#entries.keys()) {
        this.#entries.delete(id);
        break;
      }
    }
  }

  async #load(definitionId: string): Promise<CompiledDefinition> {
    const definition = await this.#store.getDefinition(definitionId);
    const xml = definition && await this.#store.getDefinitionXml(definitionId);
    if (!definition || xml === undefined) {
      throw new NotFoundError(`Cannot find definition "${definitionId}": there is none`);
    }
    // Read even if it is compiled already: what is asked of a store must not hang on the garbage collector.
    const model = sharedModel(definition.hash, definition.key) ?? compile(definition, xml);
    if (!model) {
      throw new NotFoundError(
        `Cannot use definition "${definitionId}": its file has no executable process "${definition.key}"`,
      );
    }
    this.put(definition, model);
    return { definition, model };
  }
}

function compile({ hash, key }: Definition, xml: string): ProcessModel | undefined {
  // It was checked when it was deployed; a newer release may be stricter, but must run what it has accepted.
  const { models } = parseBpmn(xml, { ignoreExtensions: true });
  return shareModels(hash, models).find((each) => each.id === key);
}
