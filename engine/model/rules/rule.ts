/** What a validation rule is, and the small helpers that all rules share. */
import { shortName, type XmlElement } from "../document.ts";
import type { ModelIndex } from "./model_index.ts";

/** Reports that an element breaks the rule; the message says what is wrong and what to do. */
export type Report = (element: XmlElement, message: string) => void;

/** One rule. Its severity and one-line text are in `severity.ts`, under the same id. */
export interface Rule {
  /** Stable, kebab case. */
  readonly id: string;
  /** Names that other rule catalogues give to what this rule covers; several may be one rule here. */
  readonly covers: readonly string[];
  /** Reports every element of a model that breaks the rule. */
  readonly check: (model: ModelIndex, report: Report) => void;
}

/**
 * Makes a rule that looks at each element of some kinds by itself.
 *
 * @param id Rule id.
 * @param covers External rule names.
 * @param kinds Local names of the BPMN elements to look at.
 * @param test Gives the message if the element breaks the rule.
 */
export function eachRule(
  id: string,
  covers: readonly string[],
  kinds: readonly string[],
  test: (element: XmlElement, model: ModelIndex) => string | undefined,
): Rule {
  return {
    id,
    covers,
    check(model, report): void {
      for (const element of model.all(...kinds)) {
        const message = test(element, model);
        if (message !== undefined) report(element, message);
      }
    },
  };
}

/**
 * Makes two rules of one test that always holds: another catalogue's rule is broken with it only under a condition.
 *
 * @param id Rule id where the condition holds; else the other rule is `id` with `-implicit`.
 * @param covers Always; `more`: where the condition holds.
 */
export function twofoldRule(
  id: string,
  covers: readonly string[],
  more: readonly string[],
  kinds: readonly string[],
  condition: (element: XmlElement, model: ModelIndex) => boolean,
  test: (element: XmlElement, model: ModelIndex) => string | undefined,
): Rule[] {
  const under = (holds: boolean) => (element: XmlElement, model: ModelIndex) =>
    condition(element, model) === holds ? test(element, model) : undefined;
  return [
    eachRule(id, [...covers, ...more], kinds, under(true)),
    eachRule(`${id}-implicit`, covers, kinds, under(false)),
  ];
}

/** Reads an `xsd:boolean` attribute. */
export function isTrue(element: XmlElement, attribute: string): boolean {
  const value = element.attributes.get(attribute)?.trim();
  return value === "true" || value === "1";
}

/** Reads an `xsd:boolean` attribute whose default is true. */
export function isFalse(element: XmlElement, attribute: string): boolean {
  const value = element.attributes.get(attribute)?.trim();
  return value === "false" || value === "0";
}

/** An attribute's trimmed value; empty counts as absent. */
export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.get(name)?.trim() || undefined;
}

/** A QName without its prefix. */
export function localPart(reference: string): string {
  return reference.slice(reference.indexOf(":") + 1);
}

/** Names of elements in words. A file may have any names: no more than BPMN's are kept. */
const kinds = new Map<string, string>();
const MAX_KINDS = 500;

function kindOf(name: string): string {
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = name
      .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      .replace("sub process", "sub-process")
      .replace("event based", "event-based");
    if (kinds.size < MAX_KINDS) kinds.set(name, kind);
  }
  return kind;
}

/** How messages call an element: `text annotation "Note_1"`. */
export function label(element: XmlElement): string {
  const kind = kindOf(element.name);
  const id = element.id ?? element.attributes.get("name");
  return id === undefined ? kind : `${kind} "${shortName(id)}"`;
}
