/** Deploying: text to compiled models to stored definitions with their start events. */
import {
  BpmnValidationError,
  compileBpmn,
  decodeXml,
  fitsName,
  lint,
  MAX_NAME_BYTES,
  type Problem,
  ProblemList,
  type ProcessModel,
} from "../engine/mod.ts";
import type { NewDefinition } from "../storage/store.ts";
import type { Deployment, DeployOptions } from "./api.ts";
import { checkOptions } from "./arguments.ts";
import type { Runtime } from "./runtime.ts";
import { readSource } from "./source.ts";
import { DEPLOY } from "./shapes.ts";
import { shareModels } from "./shared_models.ts";
import { startEntries } from "./start_triggers.ts";

const MAX_BYTES = 10 * 1024 * 1024;

/** See `Engine.deploy`. */
export async function deploy(
  runtime: Runtime,
  tenant: string,
  source: string | URL,
  options: DeployOptions,
): Promise<Deployment> {
  checkOptions(options, DEPLOY);
  const { telemetry } = runtime;
  if (!telemetry) return await deploySource(runtime, tenant, source, options);
  return await telemetry.span("baton.deploy", { attributes: { "baton.tenant": tenant } }, async (span) => {
    const deployment = await deploySource(runtime, tenant, source, options);
    const { definitions } = deployment;
    span.set({
      "baton.process.keys": definitions.map(({ key }) => key).join(" "),
      "baton.definitions.created": definitions.filter(({ created }) => created).length,
    });
    return deployment;
  });
}

async function deploySource(
  runtime: Runtime,
  tenant: string,
  source: string | URL,
  options: DeployOptions,
): Promise<Deployment> {
  const { maxBytes = MAX_BYTES, ignoreExtensions } = options;
  const { content, name } = await readSource(source, maxBytes);
  const fileName = options.fileName ?? name;
  const { models, problems } = compileBpmn(content, { maxBytes, ignoreExtensions, fileName });
  const xml = typeof content === "string" ? content : decodeXml(content);
  await runtime.ready();
  const definitions = await newDefinitions(runtime, models, fileName);
  const hash = await sha256(xml);
  const deployed = await runtime.store.deploy({
    tenant,
    xml,
    hash,
    definitions,
    at: runtime.time.override,
  });
  const byId = new Map(shareModels(hash, models).map((model) => [model.id, model]));
  deployed.forEach(({ definition }) => {
    const model = byId.get(definition.key);
    if (model) runtime.models.put(definition, model);
  });
  return {
    definitions: deployed.map(({ definition, created }) => ({ ...definition, created })),
    problems,
  };
}

/** See `Engine.lint`. */
export async function lintSource(source: string | URL, options: DeployOptions): Promise<readonly Problem[]> {
  checkOptions(options, DEPLOY);
  const { maxBytes = MAX_BYTES, ignoreExtensions } = options;
  const { content, name } = await readSource(source, maxBytes);
  return lint(content, { maxBytes, ignoreExtensions, fileName: options.fileName ?? name });
}

async function newDefinitions(
  runtime: Runtime,
  models: readonly ProcessModel[],
  fileName: string | undefined,
): Promise<NewDefinition[]> {
  const definitions: NewDefinition[] = [];
  // A file may have a hundred thousand of them.
  const list = new ProblemList();
  for (const model of models) {
    longIds(model, list);
    const entries = await startEntries(model, runtime.time.now(), () => runtime.ids.take(), list);
    definitions.push({
      id: await runtime.ids.take(),
      key: model.id,
      name: model.name,
      versionTag: model.versionTag,
      historyTimeToLiveMs: model.historyTimeToLiveMs,
      subscriptions: entries.subscriptions,
      jobs: entries.jobs,
    });
  }
  const problems = list.all();
  if (problems.length > 0) throw new BpmnValidationError(problems, fileName);
  return definitions;
}

/** Ids stand in the keys and indexes of stores, which are bounded. */
function longIds(model: ProcessModel, problems: ProblemList): void {
  const check = (
    { id, line, column }: { readonly id: string; readonly line: number; readonly column: number },
  ) => {
    if (fitsName(id)) return;
    const elementId = `${id.slice(0, 100)}…`;
    const message = `The id "${elementId}" takes more than ${MAX_NAME_BYTES} bytes`;
    problems.take({ rule: "long-id", severity: "error", message, line, column, elementId });
  };
  const [first] = model.elements.values();
  if (first) check({ id: model.id, line: first.line, column: first.column });
  for (const element of model.elements.values()) check(element);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
