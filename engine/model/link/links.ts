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
  for (const source of throws) {
    const target = catchOf(process, source, catches);
    if (target) draft(source.definition).target = target;
  }
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
  catches: readonly LinkEnd<IntermediateCatchEvent>[],
): IntermediateCatchEvent | undefined {
  const { context } = process;
  const fail = (state: string): undefined => {
    context.problem("link-target", source.xml, `Cannot link from ${describe(source.event)}: ${state}`);
    return undefined;
  };
  const [reference] = referencesOf(source.xml, "target");
  if (reference !== undefined) {
    const target = context.document.resolve(reference);
    const end = catches.find((c) => c.xml === target || xmlOf(process, c.event) === target);
    return end?.event ?? fail(`target "${reference}" is not a link catch event of the same scope`);
  }
  const named = catches.filter((c) =>
    referencesOf(c.xml, "source").some((s) => context.document.resolve(s) === source.xml)
  );
  if (named.length === 1) return named[0].event;
  if (named.length > 1) return fail("several link catch events name it as their source");
  const { name } = source.definition;
  if (name === "") return fail("it has neither a name nor a target");
  const matching = catches.filter((c) => c.definition.name === name);
  if (matching.length === 0) return fail(`no link catch event named "${name}" is in the same scope`);
  // Two of a name are reported at the catch.
  return matching[0].event;
}

function referencesOf(xml: XmlElement, name: "source" | "target"): string[] {
  return childrenOf(xml, name).map((e) => e.text.trim()).filter((text) => text !== "");
}
