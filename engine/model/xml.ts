/**
 * Reads XML into the tree of `document.ts`. The only file that knows the XML parser, which is asked where
 * `plain_xml.ts` does not know better.
 *
 * Strict: whatever is not well-formed is refused at its line and column. Entities are never expanded (a DOCTYPE
 * is refused), and depth, size and attributes are limited, so that time and memory grow with the input only.
 */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import type { BpmnDocument } from "./document.ts";
import { readPlainXml } from "./plain_xml.ts";
import { attributesOf } from "./attributes.ts";
import { maxElements, TreeBuilder } from "./xml_tree.ts";

/** Text that is not acceptable XML. */
export class XmlError extends Error {
  /** Of the class. */
  override name = "XmlError";
  /** Rule id of the problem that this becomes. */
  readonly rule: "xml-syntax" | "xml-limit" | "xml-doctype" | "xml-encoding";
  /** From 1. */
  readonly line: number;
  readonly column: number;
  constructor(rule: XmlError["rule"], message: string, line = 1, column = 1) {
    super(message);
    this.rule = rule;
    this.line = line;
    this.column = column;
  }
}

/** Default of {@link XmlOptions.maxBytes}: 10 MiB. */
export const DEFAULT_MAX_BYTES: number = 10 * 1024 * 1024;

const MAX_DEPTH = 200;
const MAX_ATTRIBUTES = 1000;

/** Limits on what is read. */
export interface XmlOptions {
  /** Size limit in bytes of UTF-8, or of the bytes as given. Default: {@link DEFAULT_MAX_BYTES}. */
  readonly maxBytes?: number;
}

const XMLNS = "http://www.w3.org/2000/xmlns/";

/**
 * Parses XML.
 *
 * @param source Text, or bytes in the encoding that a byte order mark or the XML declaration names (any that
 *   TextDecoder knows: UTF-8, UTF-16, the ISO-8859 and Windows code pages, …), else UTF-8.
 * @throws {XmlError} If the text is not well-formed, has a DOCTYPE, or is over a limit.
 */
export function parseXml(source: string | Uint8Array, options: XmlOptions = {}): BpmnDocument {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (sizeOf(source, maxBytes) > maxBytes) {
    throw new XmlError("xml-limit", `Cannot read the file: it is larger than ${maxBytes} bytes`);
  }
  return readTree(decodeXml(source));
}

function sizeOf(source: string | Uint8Array, maxBytes: number): number {
  // One UTF-16 unit is at most three bytes of UTF-8: small texts need no count.
  if (typeof source !== "string" || source.length > maxBytes || source.length * 3 <= maxBytes) {
    return source.length;
  }
  return new TextEncoder().encode(source).length;
}

/** Java's names for encodings, which some modellers write and TextDecoder does not know. */
const JAVA_NAMES = /^cp(125\d)$/;

/**
 * Decodes a file's bytes by byte order mark, else by its XML declaration, else as UTF-8; text is given back.
 *
 * @throws {XmlError} If the encoding is not supported or the bytes are not valid in it.
 */
export function decodeXml(source: string | Uint8Array): string {
  if (typeof source === "string") return source;
  const encoding = encodingOf(source);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(source);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new XmlError("xml-encoding", `Cannot decode the file: its bytes are not valid ${encoding}`);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xfe && b === 0xff || a === 0 && b === 0x3c) return "utf-16be";
  if (a === 0xff && b === 0xfe || a === 0x3c && b === 0) return "utf-16le";
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const name = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ?? "utf-8";
  const encoding = knownEncoding(name);
  if (encoding === undefined) {
    throw new XmlError(
      "xml-encoding",
      `Cannot read encoding "${name}": use UTF-8, UTF-16, ISO-8859-1 or Windows-1252`,
    );
  }
  // A declaration that could be read byte by byte cannot be UTF-16, whatever it says.
  return encoding.startsWith("utf-16") ? "utf-8" : encoding;
}

/** What TextDecoder calls an encoding; undefined if it does not know it. */
function knownEncoding(name: string): string | undefined {
  const label = name.trim().toLowerCase().replace(JAVA_NAMES, "windows-$1");
  // Plain ASCII is what all agree on; files that claim it often hold UTF-8.
  if (/^(?:us-)?ascii$/.test(label)) return "utf-8";
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readTree(source: string): BpmnDocument {
  return readPlainXml(source) ?? readAnyXml(source);
}

/** Reads by the parser, which is slower, knows all of XML, and says what is wrong. */
export function readAnyXml(source: string): BpmnDocument {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const tree = new TreeBuilder();
  let line = 1;
  let column = 1;
  let attributes = 0;
  const most = maxElements(source.length);

  const refuse = (rule: XmlError["rule"], message: string): never => {
    throw new XmlError(rule, message, parser.line, Math.max(1, parser.column));
  };
  parser.on("error", (error) => {
    const reason = error.message.replace(/^\d+:\d+:\s*/, "").replace(/\.$/, "");
    refuse("xml-syntax", `Cannot parse the XML: ${reason}`);
  });
  parser.on(
    "doctype",
    () => refuse("xml-doctype", "Cannot read a file with DOCTYPE: remove the declaration"),
  );
  parser.on("opentagstart", (tag) => {
    if (tree.depth >= MAX_DEPTH) {
      refuse("xml-limit", `Cannot read elements nested deeper than ${MAX_DEPTH} levels`);
    }
    if (tree.size >= most) {
      refuse("xml-limit", `Cannot read more than ${most} elements in ${source.length} characters`);
    }
    attributes = 0;
    line = parser.line;
    column = parser.column - tag.name.length - 1;
    if (parser.column === 0) {
      // The name was followed by a line break, which the parser has read already.
      const at = source.lastIndexOf("<", parser.position - 1);
      line -= 1;
      column = at - lastBreak(source, at);
    }
  });
  parser.on("attribute", () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) {
      refuse("xml-limit", `Cannot read an element with more than ${MAX_ATTRIBUTES} attributes`);
    }
  });
  parser.on("opentag", (tag: SaxesTagNS) => {
    for (const prefix in tag.ns) tree.declare(prefix, tag.ns[prefix]);
    tree.open(tag.local, tag.uri, attributeMap(tag.attributes, tree), line, column);
  });
  parser.on("text", (text) => tree.text(text));
  parser.on("cdata", (text) => tree.text(text));
  parser.on("closetag", () => tree.close());
  parser.write(source).close();
  return tree.document(source.length);
}

/** Where the line that has the position begins; -1 in the first line. In one walk: most files have only one kind of line break. */
function lastBreak(source: string, position: number): number {
  let at = position;
  while (at >= 0 && source[at] !== "\n" && source[at] !== "\r") at--;
  return at;
}

/** Names the attributes by the prefixes of ours; namespace declarations are left out. */
function attributeMap(
  source: Record<string, SaxesAttributeNS>,
  tree: TreeBuilder,
): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const key in source) {
    const { uri, local, value } = source[key];
    if (uri !== XMLNS) map.set(tree.attributeName(uri, local), value);
  }
  return attributesOf([...map.keys()], [...map.values()]);
}
