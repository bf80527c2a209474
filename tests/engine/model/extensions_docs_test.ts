/** `docs/extensions.md` names what the linker knows of each namespace, and nothing else. */
import assert from "node:assert/strict";
import { KNOWN_EXTENSIONS, type KnownNames } from "../../../engine/model/extensions/known.ts";

const page = await Deno.readTextFile(new URL("../../../docs/extensions.md", import.meta.url));

/** The part of the page about one namespace. */
function section(prefix: string): string {
  const [, text = ""] = page.split(`\n## \`${prefix}:\`\n`);
  return text.split("\n## ")[0];
}

/** Names in backticks, in the first column of the tables, or in the paragraph of names without effect. */
function documented(text: string): { refused: Set<string>; other: Set<string> } {
  const refused = new Set<string>(), other = new Set<string>();
  let into = other;
  for (const line of text.split("\n")) {
    if (/^\| refused/.test(line)) into = refused;
    else if (!line.startsWith("|")) into = other;
    const names = line.startsWith("|") ? line.split("|")[1] : line;
    for (const [, name] of names.matchAll(/`([A-Za-z]+)`/g)) into.add(name);
  }
  return { refused, other };
}

function missing(names: Iterable<string>, from: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !from.has(name)).sort();
}

for (const [prefix, known] of KNOWN_EXTENSIONS) {
  Deno.test(`docs/extensions.md: every known name of ${prefix}: is there`, () => {
    const { refused, other } = documented(section(prefix));
    assert.deepEqual(missing([...known.elements, ...known.attributes], other), []);
    assert.deepEqual(missing(known.refused.keys(), refused), []);
  });

  Deno.test(`docs/extensions.md: no element or attribute of ${prefix}: is there that is unknown`, () => {
    const { refused, other } = documented(section(prefix));
    assert.deepEqual(missing(refused, refusedNames(known)), []);
    assert.deepEqual(missing(other, namesOf(prefix, known)), []);
  });
}

/** `conditionalFilter` is read, and only its attribute refused. */
function refusedNames(known: KnownNames): ReadonlySet<string> {
  return new Set([...known.refused.keys(), "conditionalFilter", "variableEvents"]);
}

/** Attributes within extension elements have no prefix and stand in no table of the linker. */
const INNER: Readonly<Record<string, string>> = {
  zeebe: `type retries key value source target inputCollection inputElement outputCollection outputElement
    correlationKey timeToLive messageId processId bindingType versionTag propagateAllParentVariables expression resultVariable decisionId
    assignee candidateUsers candidateGroups dueDate followUpDate priority formKey formId externalReference name
    activeElementsCollection variableNames`,
  camunda: "source sourceExpression target businessKey name stringValue",
};

function namesOf(prefix: string, known: KnownNames): ReadonlySet<string> {
  return new Set([...known.elements, ...known.attributes, ...INNER[prefix].split(/\s+/)]);
}
