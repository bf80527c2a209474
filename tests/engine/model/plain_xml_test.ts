/** Plain XML is read without the parser: it must give the parser's tree, and leave to it what it does not know. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BpmnDocument } from "../../../engine/model/document.ts";
import { readPlainXml } from "../../../engine/model/plain_xml.ts";
import { readAnyXml, XmlError } from "../../../engine/model/xml.ts";

const MODEL = `<?xml version="1.0" encoding="UTF-8" standalone='yes'?>
<!-- drawn by hand -->
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns="urn:x"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:activiti="http://activiti.org/bpmn"
\txmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:t" xml:lang='de'>
  <b:process id=" p " b:isExecutable="true" name="Prüfen &amp; buchen&#10;heute &#x20AC;"\r
    camunda:a="1"
  >\r\n    <b:task id="t" name='two
lines\tand a tab'/><b:script><![CDATA[if (a < b && c) ]]]]>&gt;<!-- c --> x&#9;&lt;</b:script >
    <z:own xmlns:z="urn:z" z:q="1" q="2"><z:inner z:q='&quot;'/><other/></z:own\t>
    <b:text></b:text>\r\r  </b:process  >
  <bpmndi:BPMNShape id="t" bpmnElement="t"/>
</b:definitions>
<!-- end -->
`;

/** Everything that a document says. */
function shown(document: BpmnDocument): unknown {
  const { elements, byId, root } = document;
  const places = new Map(elements.map((element, index) => [element, index]));
  return {
    root: places.get(root),
    elements: elements.map(({ parent, children, attributes, ...rest }) => ({
      ...rest,
      attributes: [...attributes],
      parent: parent && places.get(parent),
      children: children.map((child) => places.get(child)),
    })),
    byId: [...byId].map(([id, element]) => [id, places.get(element)]),
    namespaces: ["", "b", "z", "camunda", "activiti", "bpmndi", "xml", "x"].map(document.namespaceOf),
  };
}

/** What the parser says; undefined if it refuses. */
function byParser(source: string): unknown {
  try {
    return shown(readAnyXml(source));
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

/** Whether the text was read without the parser, after a comparison with it. */
function compare(source: string): boolean {
  const plain = readPlainXml(source);
  if (plain) assert.deepEqual(shown(plain), byParser(source), JSON.stringify(source));
  return plain !== undefined;
}

Deno.test("what modellers write is read as the parser reads it", async () => {
  assert.ok(compare(MODEL));
  for (const folder of ["examples", "bench/models"]) {
    const models = await bpmnIn(new URL(`../../../${folder}/`, import.meta.url));
    assert.ok(models.length > 0, folder);
    for (const model of models) assert.ok(compare(model), model.slice(0, 500));
  }
});

async function bpmnIn(folder: URL): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".bpmn")) texts.push(await Deno.readTextFile(new URL(name, folder)));
  }
  return texts;
}

Deno.test("what is wrong or unusual is left to the parser", () => {
  const sources = [
    ..."|x| |<a|<a/><b/>|<a></b>|<a>&foo;</a>|<a>&</a>|<a>&#0;</a>|<a>&#xD800;</a>|<a>&#13;</a>|<a>]]></a>"
      .split("|"),
    ..."<a x='1' x='2'/>|<a x='<'/>|<a x=1/>|<a x='1'y='2'/>|<a x/>|<p:a/>|<a p:x='1'/>|<a:/>|<:a/>|<a:b:c/>"
      .split("|"),
    ..."<!DOCTYPE a><a/>|<?pi?><a/>|<a><?pi?></a>| <?xml version='1.0'?><a/>|<?xml version='1.1'?><a/>".split(
      "|",
    ),
    ..."<a><!-- -- --></a>|<!--|<a><![CDATA[x</a>|<![CDATA[x]]><a/>|<a/>x|</a>|<a></a></a>|<ä/>|<a>😀</a>"
      .split("|"),
    ..."<a xmlns:p=''/>|<a xmlns=''/>|<a xmlns=' u'/>|<a xmlns:xml='u'/>|<a xmlnsx='u'/>|<a xmlns='u' xmlns='u'/>"
      .split("|"),
    "<a>\u0001</a>",
    "<a>\ud800</a>",
    "\ufeff<a/>",
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
    '<a xmlns:p="http://activiti.org/bpmn" xmlns:q="http://camunda.org/schema/1.0/bpmn" p:x="1" q:x="2"/>',
    "<a>".repeat(201) + "</a>".repeat(201),
    `<a ${Array.from({ length: 1001 }, (_, i) => `x${i}="1"`).join(" ")}/>`,
    `<a>${'<b xmlns:p="u"/>'.repeat(101)}</a>`,
  ];
  for (const source of sources) assert.equal(readPlainXml(source), undefined, source);
});

/** Pieces of XML in any order, many of them wrong there. */
const PIECES = [
  ..."<|>|/>|</|a|b:a|p:a|z|=|\"|'|&|;|&amp;|&#10;|&#x41;|&#x;|&lt|<!--|-->|--|<![CDATA[|]]>|]]|]".split("|"),
  ...' |\n|\r\n|\r|\t|x="1"|b:x=\'2\'|xmlns:p="urn:p"|xmlns="u"|xmlns:b="u"|xml:lang=\'x\'|<?xml version="1.0"?>'
    .split("|"),
  ..."<b:task/>|<z>|</z>|<z/>|text|ü|\u0085|\u2028|\ufffe|\ud83d\ude00|\0".split("|"),
];

Deno.test("changed text is read as the parser reads it, or left to it", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const change = fc.record({
    at: fc.nat({ max: MODEL.length }),
    drop: fc.nat({ max: 12 }),
    by: fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }),
  });
  let plain = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let text = MODEL;
      for (const { at, drop, by } of changes) text = text.slice(0, at) + by.join("") + text.slice(at + drop);
      if (compare(text)) plain++;
    }),
    { seed, numRuns: 3_000 },
  );
  assert.ok(plain > 100, `only ${plain} were compared`);
});

Deno.test("small texts of pieces are read as the parser reads them, or left to it", () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20100524);
  const inner = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(""));
  let plain = 0;
  fc.assert(
    fc.property(inner, inner, inner, (tag, content, after) => {
      if (compare(`<a xmlns:b="urn:b" ${tag}>${content}</a>${after}`)) plain++;
    }),
    { seed, numRuns: 10_000 },
  );
  assert.ok(plain > 100, `only ${plain} were compared`);
});
