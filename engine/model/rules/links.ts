/** Rules about link events (BPMN 2.0.2, 10.5.5 Link Event Definition). */
import { isBpmn, type XmlElement } from "../document.ts";
import { EVENTS } from "./kinds.ts";
import type { ModelIndex } from "./model_index.ts";
import { attribute, label, type Rule } from "./rule.ts";

const LINK = "linkEventDefinition";

/** A link definition with the intermediate event that uses it. */
interface Link {
  readonly definition: XmlElement;
  readonly event: XmlElement;
}

/** The link definitions that events of one kind use, directly or by reference. */
function links(
  model: ModelIndex,
  kind: "intermediateCatchEvent" | "intermediateThrowEvent",
): readonly Link[] {
  return model.all(LINK).flatMap((definition) => {
    const users = [...model.definitionUses(definition)];
    if (definition.parent && isBpmn(definition.parent, ...EVENTS)) users.push(definition.parent);
    return users.filter((event) => isBpmn(event, kind)).map((event) => ({ definition, event }));
  });
}

/** Catch links by what throws may name them with, so that pairing takes one look-up per throw. */
class Catches {
  readonly #byDefinition = new Map<XmlElement, Found>();
  readonly #byName = new Map<string, Found>();
  /** By the throws' definitions that they name as their sources. */
  readonly #bySource = new Map<XmlElement, Found>();

  constructor(model: ModelIndex) {
    for (const link of links(model, "intermediateCatchEvent")) {
      add(this.#byDefinition, link.definition, link.event);
      for (const source of model.referredSet(link.definition, "source")) {
        add(this.#bySource, source, link.event);
      }
      const name = attribute(link.definition, "name");
      if (name !== undefined) add(this.#byName, name, link.event);
    }
  }

  /**
   * Where a throw leads: to its targets if it names any, else to the catches that name it as their source, else
   * to those of its name.
   */
  of(link: Link, model: ModelIndex): readonly Found[] {
    if (model.children(link.definition, "target").length > 0) {
      // Some modellers name the catch event instead of its definition.
      return [...model.referredSet(link.definition, "target")].flatMap((target) =>
        isBpmn(target, "intermediateCatchEvent") && model.hasTrigger(target, LINK)
          ? [{ first: target, scopes: new Set([target.parent]) }]
          : this.#byDefinition.get(target) ?? []
      );
    }
    const name = attribute(link.definition, "name");
    const found = this.#bySource.get(link.definition) ??
      (name === undefined ? undefined : this.#byName.get(name));
    return found ? [found] : [];
  }
}

/** Catch events of one name: all that is asked for is one of them, and where they stand. */
interface Found {
  readonly first: XmlElement;
  readonly scopes: Set<XmlElement | undefined>;
}

function add<K>(map: Map<K, Found>, key: K, element: XmlElement): void {
  const known = map.get(key);
  if (known) known.scopes.add(element.parent);
  else map.set(key, { first: element, scopes: new Set([element.parent]) });
}

const paired: Rule = {
  id: "link-paired",
  covers: ["EXT118"],
  check(model, report): void {
    const catches = new Catches(model);
    const sources = new Map<XmlElement, ReadonlySet<XmlElement>>();
    for (const { definition } of links(model, "intermediateCatchEvent")) {
      if (model.children(definition, "source").length > 0) {
        sources.set(definition, model.referredSet(definition, "source"));
      }
    }
    for (const link of links(model, "intermediateThrowEvent")) {
      if (catches.of(link, model).length === 0) {
        report(link.event, `The link of the ${label(link.event)} leads nowhere: add a catch event for it`);
        continue;
      }
      const deaf = [...model.referredSet(link.definition, "target")].find((target) =>
        sources.get(target)?.has(link.definition) === false
      );
      if (deaf) {
        report(
          link.event,
          `The ${label(link.event)} links to the ${label(deaf)}, which does not name it as source`,
        );
      }
    }
    for (const link of links(model, "intermediateCatchEvent")) {
      for (const source of model.referredSet(link.definition, "source")) {
        const targets = model.referredSet(source, "target");
        if (targets.size === 0 || targets.has(link.definition) || targets.has(link.event)) continue;
        report(
          link.event,
          `The ${label(link.event)} names the source ${label(source)}, which links elsewhere`,
        );
      }
    }
  },
};

const sameLevel: Rule = {
  id: "link-same-level",
  covers: ["EXT126"],
  check(model, report): void {
    const catches = new Catches(model);
    for (const link of links(model, "intermediateThrowEvent")) {
      const found = catches.of(link, model);
      if (found.length === 0 || found.some(({ scopes }) => scopes.has(link.event.parent))) continue;
      report(
        link.event,
        `The ${label(link.event)} links to the ${label(found[0].first)} of another process or sub-process: ` +
          "link within one level",
      );
    }
  },
};

/** Rules about link events. */
export const linkRules: readonly Rule[] = [
  {
    id: "link-no-through-flow",
    covers: ["EXT117"],
    check(model, report): void {
      for (const event of model.all("intermediateCatchEvent", "intermediateThrowEvent")) {
        if (!model.hasTrigger(event, LINK)) continue;
        if (model.mostFlows(event, "incoming") === 0 || model.mostFlows(event, "outgoing") === 0) continue;
        report(
          event,
          `The link ${label(event)} has incoming and outgoing flows: keep one side, the link is the other`,
        );
      }
    },
  },
  paired,
  {
    id: "link-catch-source",
    covers: ["EXT124"],
    check(model, report): void {
      for (const { definition, event } of links(model, "intermediateCatchEvent")) {
        if (model.children(definition, "source").length > 0) continue;
        report(
          definition,
          `The link of the ${label(event)} names no <source>: name the links that lead to it`,
        );
      }
    },
  },
  {
    id: "link-throw-target",
    covers: ["EXT125"],
    check(model, report): void {
      for (const { definition, event } of links(model, "intermediateThrowEvent")) {
        const count = model.children(definition, "target").length;
        if (count === 1) continue;
        report(
          definition,
          `The link of the ${label(event)} names ${count} <target> elements: name exactly one`,
        );
      }
    },
  },
  sameLevel,
];
