/** Joins link throws to link catches within one scope (BPMN 2.0.2, 10.5.5 Link Event). */
import type { XmlElement } from "../document.ts";
import type { EventElement, IntermediateCatchEvent, LinkEventDefinition, ScopeElement } from "../types.ts";
import { childrenOf, describe, draft } from "./context.ts";
import { definitionElements } from "./event_definitions.ts";
import { isEvent, isScope, type ProcessDraft, xmlOf } from "./nodes.ts";

interface LinkEnd<E extends EventElement> {
  readonly event: E;
  readonly definition: LinkEventDefinition;
  readonly xml: XmlElement;
}

/** Links all link events of a process. */
export function linkLinks(process: ProcessDraft): void {
  for (const node of process.order) if (isScope(node)) linkScope(process, node);
}

function linkScope(process: ProcessDraft, scope: ScopeElement): void {
  const throws: LinkEnd<EventElement>[] = [];
  const catches: LinkEnd<IntermediateCatchEvent>[] = [];
  for (const event of scope.nodes) {
    if (!isEvent(event) || !event.definitions.some((d) => d.kind === "link")) continue;
    const elements = definitionElements(process.context, xmlOf(process, event));
    event.definitions.forEach((definition, i) => {
      if (definition.kind !== "link") return;
      if (event.type === "intermediateCatchEvent") catches.push({ event, definition, xml: elements[i] });
      if (event.type === "intermediateThrowEvent") throws.push({ event, definition, xml: elements[i] });
    });
  }
  checkNames(process, catches);
  const index = indexCatches(process, catches);
  for (const source of throws) {
    const target = catchOf(process, source, index);
    if (target) draft(source.definition).target = target;
  }
}

/** The catches of a scope by what throws may name them with. */
interface CatchIndex {
  readonly byElement: ReadonlyMap<XmlElement, IntermediateCatchEvent>;
  readonly byName: ReadonlyMap<string, IntermediateCatchEvent>;
  /** By the throws' definitions that they name as their sources. */
  readonly bySource: ReadonlyMap<XmlElement, ReadonlySet<IntermediateCatchEvent>>;
}

function indexCatches(
  process: ProcessDraft,
  catches: readonly LinkEnd<IntermediateCatchEvent>[],
): CatchIndex {
  const byElement = new Map<XmlElement, IntermediateCatchEvent>();
  const byName = new Map<string, IntermediateCatchEvent>();
  const bySource = new Map<XmlElement, Set<IntermediateCatchEvent>>();
  for (const { event, definition, xml } of catches) {
    byElement.set(xml, event).set(xmlOf(process, event), event);
    if (!byName.has(definition.name)) byName.set(definition.name, event);
    for (const reference of referencesOf(xml, "source")) {
      const source = process.context.document.resolve(reference);
      if (source) bySource.set(source, (bySource.get(source) ?? new Set()).add(event));
    }
  }
  return { byElement, byName, bySource };
}

function checkNames(process: ProcessDraft, catches: readonly LinkEnd<IntermediateCatchEvent>[]): void {
  const seen = new Map<string, LinkEnd<IntermediateCatchEvent>>();
  for (const end of catches) {
    const { name } = end.definition;
    const other = seen.get(name);
    if (!other) seen.set(name, end);
    // Without a name a catch can only be meant by reference.
    if (!other || name === "") continue;
    const state = `${describe(other.event)} in the same scope has that name too`;
    process.context.problem(
      "link-name-duplicate",
      end.xml,
      `Cannot catch link "${name}" in ${describe(end.event)}: ${state}`,
    );
  }
}

function catchOf(
  process: ProcessDraft,
  source: LinkEnd<EventElement>,
  { byElement, byName, bySource }: CatchIndex,
): IntermediateCatchEvent | undefined {
  const { context } = process;
  const fail = (state: string): undefined => {
    context.problem("link-target", source.xml, `Cannot link from ${describe(source.event)}: ${state}`);
    return undefined;
  };
  const [reference] = referencesOf(source.xml, "target");
  if (reference !== undefined) {
    const target = context.document.resolve(reference);
    const event = target && byElement.get(target);
    return event ?? fail(`target "${reference}" is not a link catch event of the same scope`);
  }
  const [named, another] = bySource.get(source.xml) ?? [];
  if (another) return fail("several link catch events name it as their source");
  if (named) return named;
  const { name } = source.definition;
  if (name === "") return fail("it has neither a name nor a target");
  // Two of a name are reported at the catch.
  return byName.get(name) ?? fail(`no link catch event named "${name}" is in the same scope`);
}

function referencesOf(xml: XmlElement, name: "source" | "target"): string[] {
  return childrenOf(xml, name).map((e) => e.text.trim()).filter((text) => text !== "");
}
