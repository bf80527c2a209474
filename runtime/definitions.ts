/** Questions about definitions. */
import type { ProcessModel } from "../engine/mod.ts";
import { type Definition, NotFoundError } from "../storage/store.ts";
import { isId } from "./arguments.ts";
import type { Runtime } from "./runtime.ts";

/** @throws {NotFoundError} Also for a definition of another tenant. */
export async function getDefinition(runtime: Runtime, tenant: string, id: string): Promise<Definition> {
  const definition = isId(id) ? await runtime.store.getDefinition(id) : undefined;
  if (definition?.tenant === tenant) return definition;
  throw new NotFoundError(`Cannot find definition "${id}": there is none`);
}

export async function getDefinitionXml(runtime: Runtime, tenant: string, id: string): Promise<string> {
  await getDefinition(runtime, tenant, id);
  const xml = await runtime.store.getDefinitionXml(id);
  if (xml !== undefined) return xml;
  throw new NotFoundError(`Cannot find the file of definition "${id}": there is none`);
}

export async function getModel(runtime: Runtime, tenant: string, id: string): Promise<ProcessModel> {
  await getDefinition(runtime, tenant, id);
  return (await runtime.models.get(id)).model;
}
