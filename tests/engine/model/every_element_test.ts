/** A file with every element of BPMN's XML schema, in the forms in which tools write it. */
import assert from "node:assert/strict";
import { checkBpmn } from "../../../engine/mod.ts";
import { isBpmn } from "../../../engine/model/document.ts";
import { ELEMENT_NAMES } from "../../../engine/model/link/element_names.ts";

const XML = await Deno.readTextFile(new URL("../../models/every_element.bpmn", import.meta.url));

/** Kinds that only others derive from, and parts of earlier versions: no file has them. */
const ABSTRACT = `
  artifact baseElement baseElementWithMixedContent body callableElement catchEvent choreographyActivity
  conversationNode correlationKeyRef dataAssociation eventDefinition flowElement flowNode gateway
  incomingConversationLinks innerConversationNodeRef interactionNode itemAwareElement loopCharacteristics
  outerConversationNodeRef outgoingConversationLinks rootElement throwEvent value
`.trim().split(/\s+/);

/** What says that something was not understood. */
const NOT_UNDERSTOOD = [
  "unknown-element",
  "reference-target",
  "called-element-kind",
  "diagram-element",
  "duplicate-id",
];

function misunderstood(source: string | Uint8Array): string[] {
  const { document, problems } = checkBpmn(source);
  const rules = problems.filter(({ rule }) => rule.startsWith("xml-") || NOT_UNDERSTOOD.includes(rule));
  return document ? rules.map(({ line, message }) => `${line}: ${message}`) : ["not read"];
}

Deno.test("every element of the schema is understood, and every reference between them", () => {
  assert.deepEqual(misunderstood(XML), []);
  const { elements } = checkBpmn(XML).document!;
  const present = new Set(elements.filter((e) => isBpmn(e)).map(({ name }) => name));
  const missing = [...ELEMENT_NAMES].filter((name) => !present.has(name) && !ABSTRACT.includes(name));
  assert.deepEqual(missing, [], "the file has them all");
});

Deno.test("a file without executable process says so, whatever else is in it", () => {
  const { models, problems } = checkBpmn(XML);
  assert.equal(models.length, 0);
  assert.ok(problems.some(({ rule, severity }) => rule === "not-executable" && severity === "error"));
});

Deno.test("choreographies and conversations beside an executable process do not keep it from being deployed", () => {
  const xml = XML.replace(
    "<semantic:relationship",
    '<semantic:process id="Runs" isExecutable="true"><semantic:task id="r1"/></semantic:process><semantic:relationship',
  );
  const { models, problems } = checkBpmn(xml);
  assert.deepEqual(problems.filter(({ severity }) => severity === "error"), []);
  assert.ok(models.some(({ id }) => id === "Runs"));
});

Deno.test("the same file with any prefix, or none, and in any encoding", () => {
  for (const prefix of ["bpmn2:", "x-y.z:", "_:", ""]) {
    const declaration = prefix ? `xmlns:${prefix.slice(0, -1)}=` : "xmlns=";
    const xml = XML.replaceAll("semantic:", prefix).replace("xmlns:semantic=", declaration);
    assert.deepEqual(misunderstood(xml), [], prefix);
  }
  const utf8 = new TextEncoder().encode(XML);
  assert.deepEqual(misunderstood(Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8)), []);
  const utf16 = Uint8Array.from([..."\uFEFF" + XML.replace("UTF-8", "UTF-16")].flatMap((c) => {
    const code = c.charCodeAt(0);
    return [code & 0xff, code >> 8];
  }));
  assert.deepEqual(misunderstood(utf16), []);
});

Deno.test("a misspelt attribute is worth a warning, whatever it would have said", () => {
  const warnings = (attributes: string) =>
    checkBpmn(
      `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:v" targetNamespace="t">
        <process id="P" isExecutable="true"><task id="a" ${attributes}/></process></definitions>`,
    ).problems.filter(({ rule }) => rule === "unknown-attribute").map(({ severity, elementId }) =>
      `${severity} ${elementId}`
    );
  assert.deepEqual(warnings('isForCompensaton="false"'), ["warning a"]);
  assert.deepEqual(warnings('isForCompensation="false" v:isForCompensaton="false" default="f"'), []);
});
