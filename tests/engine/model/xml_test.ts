import assert from "node:assert/strict";
import { parseBpmn } from "../../../engine/model/parse.ts";
import { parseXml, XmlError, type XmlOptions } from "../../../engine/model/xml.ts";

function refusal(source: string | Uint8Array, options?: XmlOptions): [string, number, number] {
  try {
    parseXml(source, options);
  } catch (error) {
    assert.ok(error instanceof XmlError);
    return [error.rule, error.line, error.column];
  }
  throw new Error("parsed");
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const units = mark ? "\uFEFF" + text : text;
  const view = new DataView(new ArrayBuffer(units.length * 2));
  for (let i = 0; i < units.length; i++) view.setUint16(i * 2, units.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

Deno.test("parseXml() gives the place of start tags in all line endings", () => {
  const { elements } = parseXml("<a\n  x='1'><b\r\n/><c   />\r<d\ry='1'/></a>");
  assert.deepEqual(elements.map((e) => [e.name, e.line, e.column]), [["a", 1, 1], ["b", 2, 9], ["c", 3, 3], [
    "d",
    4,
    1,
  ]]);
});

Deno.test("parseXml() names attributes by its own prefixes", () => {
  const { root } = parseXml(
    `<a xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:c="http://activiti.org/bpmn" xmlns:q="urn:q" x="1" z:x="2" c:x="3" q:x="4"/>`,
  );
  assert.deepEqual([...root.attributes], [["x", "1"], ["zeebe:x", "2"], ["camunda:x", "3"], [
    "{urn:q}x",
    "4",
  ]]);
});

Deno.test("parseXml() concatenates text and CDATA, untrimmed", () => {
  assert.equal(parseXml("<a> x &lt;<b>no</b><![CDATA[<y> ]]>z</a>").root.text, " x <<y> z");
});

Deno.test("parseXml() reads UTF-8, UTF-16 and Latin-1 bytes", () => {
  const plain = `<a n="Überprüfen"/>`;
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${plain}`;
  const sources = [
    new TextEncoder().encode(plain),
    new TextEncoder().encode("\uFEFF" + declared("UTF-8")),
    latin1(declared("ISO-8859-1")),
    latin1(declared("windows-1252")),
    utf16(declared("UTF-16"), true, true),
    utf16(declared("UTF-16"), false, true),
    utf16(declared("utf-16"), true, false),
    utf16(declared("utf-16"), false, false),
  ];
  for (const source of sources) assert.equal(parseXml(source).root.attributes.get("n"), "Überprüfen");
  assert.equal(
    parseXml(Uint8Array.of(...latin1(declared("cp1252").replace("prüfen", "\x80")))).root.attributes.get("n"),
    "Über€",
  );
});

Deno.test("parseXml() reads what a declaration names, as long as the platform can decode it", () => {
  const read = (encoding: string, byte: number) => {
    const head = new TextEncoder().encode(`<?xml version="1.0" encoding="${encoding}"?><a n="`);
    return parseXml(Uint8Array.of(...head, byte, ...new TextEncoder().encode('"/>'))).root.attributes.get(
      "n",
    );
  };
  assert.equal(read("ISO-8859-15", 0xa4), "€");
  assert.equal(read("windows-1251", 0xc6), "Ж");
  assert.equal(read("Cp1250", 0xe8), "č");
  assert.equal(read("koi8-r", 0xc1), "а");
});

Deno.test("parseXml() refuses bytes that it cannot decode", () => {
  assert.deepEqual(refusal(latin1(`<a n="\xfc"/>`)), ["xml-encoding", 1, 1]);
  assert.deepEqual(refusal(latin1(`<?xml version="1.0" encoding="EBCDIC"?><a/>`)), ["xml-encoding", 1, 1]);
});

Deno.test("parseXml() refuses malformed XML at its place", () => {
  assert.deepEqual(refusal("<a>\n  <b>\n</a>"), ["xml-syntax", 3, 4]);
  for (
    const source of [
      "",
      " ",
      "<a>&foo;</a>",
      "<a x='1' x='2'/>",
      "<a/><b/>",
      "<a",
      "x",
      "<p:a/>",
      "<a>\u0001</a>",
    ]
  ) {
    assert.equal(refusal(source)[0], "xml-syntax", source);
  }
});

Deno.test("parseXml() refuses DOCTYPE, so that no entity can grow", () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`;
  assert.equal(refusal(bomb)[0], "xml-doctype");
  assert.equal(refusal(`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`)[0], "xml-doctype");
});

Deno.test("parseXml() limits depth, attributes and size", () => {
  assert.equal(parseXml("<a>".repeat(200) + "</a>".repeat(200)).elements.length, 200);
  assert.deepEqual(refusal("<a>".repeat(201)), ["xml-limit", 1, 603]);
  const many = (count: number) => `<a ${Array.from({ length: count }, (_, i) => `x${i}="1"`).join(" ")}/>`;
  assert.equal(parseXml(many(1000)).root.attributes.size, 1000);
  assert.equal(refusal(many(1001))[0], "xml-limit");
  assert.equal(refusal("<a>ü</a>", { maxBytes: 8 })[0], "xml-limit");
  assert.equal(parseXml("<a>ü</a>", { maxBytes: 9 }).root.text, "ü");
  assert.equal(refusal(new Uint8Array(10), { maxBytes: 9 })[0], "xml-limit");
  const mebibytes = (n: number) => `<a>${" ".repeat(n * 1024 * 1024 - 7)}</a>`;
  assert.equal(parseXml(mebibytes(10)).elements.length, 1);
  assert.equal(refusal(`${mebibytes(10)}\n`)[0], "xml-limit");
  // 5,000, and one more for each 40 characters; also of a file that the quick reader leaves to the other one.
  const short = (count: number) => `<a>${"<b/>".repeat(count)}</a>`;
  for (const start of ["", "<?x y?>"]) {
    assert.equal(parseXml(start + short(5_500)).elements.length, 5_501);
    assert.equal(refusal(start + short(5_600))[0], "xml-limit");
  }
});

Deno.test("resolve() drops the prefix of the target namespace only", () => {
  const document = parseXml(
    `<a xmlns:t="urn:t" xmlns:o="urn:o" targetNamespace="urn:t"><b id="x"/><b id=" y "/></a>`,
  );
  assert.equal(document.resolve("x")?.id, "x");
  assert.equal(document.resolve(" t:x ")?.id, "x");
  assert.equal(document.resolve("y")?.id, "y");
  assert.equal(document.resolve("o:x"), undefined);
  assert.equal(document.resolve("__proto__"), undefined);
  assert.equal(document.namespaceOf("o"), "urn:o");
  assert.equal(document.namespaceOf("x"), undefined);
});

Deno.test("parseBpmn() reports what is no BPMN as a problem", () => {
  const [syntax] = parseBpmn("<definitions>").problems;
  assert.equal(syntax.rule, "xml-syntax");
  const [other] = parseBpmn("\n<svg xmlns='http://www.w3.org/2000/svg'/>").problems;
  assert.deepEqual([other.rule, other.severity, other.line, other.column], ["not-bpmn", "error", 2, 1]);
});
