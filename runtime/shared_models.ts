/**
 * Compiled models that somebody in this process holds, by file and process: tenants that deploy the same file,
 * engines and workers side by side, and the processes of one file compile it once and share what came of it.
 *
 * A model is frozen, so nobody can tell. It is kept here only as long as anybody uses it.
 */
import type { ProcessModel } from "../engine/mod.ts";

const models = new Map<string, WeakRef<ProcessModel>>();
const gone = new FinalizationRegistry<string>((name) => {
  // Another one may have taken its place meanwhile.
  if (models.get(name)?.deref() === undefined) models.delete(name);
});

/**
 * Keeps the models of a file for others.
 *
 * @param hash Of the file's text.
 * @returns Them, or those that others hold already.
 */
export function shareModels(hash: string, compiled: readonly ProcessModel[]): readonly ProcessModel[] {
  return compiled.map((model) => {
    const held = sharedModel(hash, model.id);
    if (held) return held;
    const name = nameOf(hash, model.id);
    models.set(name, new WeakRef(model));
    gone.register(model, name);
    return model;
  });
}

/** The model of a process that somebody holds. */
export function sharedModel(hash: string, key: string): ProcessModel | undefined {
  return models.get(nameOf(hash, key))?.deref();
}

function nameOf(hash: string, key: string): string {
  return `${hash} ${key}`;
}
