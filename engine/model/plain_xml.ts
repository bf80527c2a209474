/**
 * Reads plain XML quickly: what modellers write.
 *
 * It knows a part of XML, and that strictly: names of ASCII letters, the five entities, no processing
 * instructions. At whatever is wrong or only unusual it gives up, and the XML parser reads the file from its
 * beginning: that one says what is wrong and where. So this file never refuses anything, and must only never
 * accept what the parser does not, or give another tree. A test compares the two.
 */
import type { BpmnDocument } from "./document.ts";
import { attributesOf, interned, NO_ATTRIBUTES } from "./attributes.ts";
import { maxElements, TreeBuilder } from "./xml_tree.ts";

/** Characters that are not allowed, and pairs of surrogates, which the parser counts as one column. */
const UNUSUAL = /[^\t\n\x20-\uD7FF\uE000-\uFFFD]/;

const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])[A-Za-z][\w.-]*\2)?(?: standalone=(["'])(?:yes|no)\3)? ?\?>/;

const TAB = 9, BREAK = 10, SPACE = 32, BANG = 33, DOUBLE = 34, AMPERSAND = 38, SINGLE = 39;
const SLASH = 47, COLON = 58, LESS = 60, EQUALS = 61, GREATER = 62;

/** By character code: 1 begins a name, 2 may only follow. */
const NAME = new Uint8Array(128);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") NAME[sign.charCodeAt(0)] = 1;
for (const sign of "0123456789-.") NAME[sign.charCodeAt(0)] = 2;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp;", "&"],
  ["lt;", "<"],
  ["gt;", ">"],
  ["quot;", '"'],
  ["apos;", "'"],
]);

const RESERVED = ["http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"];
const MAX_DEPTH = 200;
const MAX_ATTRIBUTES = 1000;
/** A scope copies what its parent knows: a file with thousands would take a time that grows with the square. */
const MAX_SCOPES = 100;

/** What the prefixes stand for within one element, and the names that were met there. */
interface Scope {
  readonly uris: ReadonlyMap<string, string>;
  readonly elements: Map<string, { readonly uri: string; readonly local: string }>;
  /** Attributes as the tree names them. */
  readonly attributes: Map<string, string>;
}

function scopeOf(uris: ReadonlyMap<string, string>): Scope {
  return { uris, elements: new Map(), attributes: new Map() };
}

/**
 * Reads a file, if it is plain.
 *
 * @returns Undefined if it is not, or is not well-formed.
 */
export function readPlainXml(source: string): BpmnDocument | undefined {
  const text = source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
  return UNUSUAL.test(text) ? undefined : new PlainReader(text).read();
}

/** Its methods return false, or undefined, where they give up. */
class PlainReader {
  readonly #source: string;
  readonly #tree = new TreeBuilder();
  readonly #most: number;
  /** Names as written, and scopes, of the elements that are open. */
  readonly #names: string[] = [];
  readonly #scopes: Scope[] = [];
  #scope: Scope = scopeOf(new Map([["xml", RESERVED[0]]]));
  #scopeCount = 0;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #nextBreak: number;
  // Of the start tag that is read now.
  #written: string[] = [];
  #values: string[] = [];
  #declared: Map<string, string> | undefined;

  constructor(source: string) {
    this.#source = source;
    this.#most = maxElements(source.length);
    this.#nextBreak = source.indexOf("\n");
  }

  read(): BpmnDocument | undefined {
    this.#at = DECLARATION.exec(this.#source)?.[0].length ?? 0;
    const end = this.#source.length;
    while (this.#at < end) {
      const isMarkup = this.#source.charCodeAt(this.#at) === LESS;
      if (!(isMarkup ? this.#markup() : this.#text())) return undefined;
    }
    return this.#tree.begun && this.#tree.depth === 0 ? this.#tree.document(this.#source.length) : undefined;
  }

  #text(): boolean {
    let end = this.#source.indexOf("<", this.#at);
    if (end < 0) end = this.#source.length;
    const raw = this.#source.slice(this.#at, end);
    this.#at = end;
    if (this.#tree.depth === 0) return !/[^ \t\n]/.test(raw);
    if (raw.includes("]]")) return false;
    const text = raw.includes("&") ? decode(raw) : raw;
    if (text === undefined) return false;
    this.#tree.text(text);
    return true;
  }

  #markup(): boolean {
    const next = this.#source.charCodeAt(this.#at + 1);
    if (next === SLASH) return this.#endTag();
    if (next === BANG) return this.#comment() || this.#characterData();
    if (this.#tree.depth === 0 && this.#tree.begun) return false;
    return this.#startTag();
  }

  #comment(): boolean {
    if (!this.#source.startsWith("<!--", this.#at)) return false;
    const end = this.#source.indexOf("--", this.#at + 4);
    if (end < 0 || this.#source.charCodeAt(end + 2) !== GREATER) return false;
    this.#at = end + 3;
    return true;
  }

  #characterData(): boolean {
    if (this.#tree.depth === 0 || !this.#source.startsWith("<![CDATA[", this.#at)) return false;
    const end = this.#source.indexOf("]]>", this.#at);
    if (end < 0) return false;
    this.#tree.text(this.#source.slice(this.#at + 9, end));
    this.#at = end + 3;
    return true;
  }

  #endTag(): boolean {
    const name = this.#names.pop();
    if (name === undefined || !this.#source.startsWith(name, this.#at + 2)) return false;
    this.#at += 2 + name.length;
    this.#skipSpace();
    if (this.#source.charCodeAt(this.#at++) !== GREATER) return false;
    this.#tree.close();
    this.#scope = this.#scopes.pop() ?? this.#scope;
    return true;
  }

  #startTag(): boolean {
    const start = this.#at++;
    const name = this.#name();
    if (name === undefined || this.#tree.depth >= MAX_DEPTH || this.#tree.size >= this.#most) return false;
    this.#written.length = this.#values.length = 0;
    this.#declared = undefined;
    while (true) {
      const before = this.#at;
      this.#skipSpace();
      const code = this.#source.charCodeAt(this.#at);
      if (code === GREATER || code === SLASH) break;
      if (this.#at === before || !this.#attribute()) return false;
    }
    const isEmpty = this.#source.charCodeAt(this.#at) === SLASH;
    if (isEmpty) this.#at++;
    if (this.#source.charCodeAt(this.#at++) !== GREATER) return false;
    this.#countLines(start);
    return this.#openElement(name, start, isEmpty);
  }

  #openElement(name: string, start: number, isEmpty: boolean): boolean {
    const outer = this.#scope;
    if (this.#declared) {
      if (++this.#scopeCount > MAX_SCOPES) return false;
      for (const [prefix, uri] of this.#declared) this.#tree.declare(prefix, uri);
      this.#scope = scopeOf(new Map([...outer.uris, ...this.#declared]));
    }
    const element = this.#elementName(name);
    const attributes = this.#attributeMap();
    if (!element || !attributes) return false;
    this.#tree.open(element.local, element.uri, attributes, this.#line, start - this.#lineStart + 1);
    if (isEmpty) {
      this.#tree.close();
      this.#scope = outer;
    } else {
      this.#names.push(name);
      this.#scopes.push(outer);
    }
    return true;
  }

  /** Reads `name="value"`, or a declaration of a namespace. */
  #attribute(): boolean {
    const name = this.#name();
    if (name === undefined) return false;
    this.#skipSpace();
    if (this.#source.charCodeAt(this.#at++) !== EQUALS) return false;
    this.#skipSpace();
    const value = this.#quoted();
    if (value === undefined) return false;
    if (!name.startsWith("xmlns")) {
      this.#written.push(name);
      return this.#values.push(value) <= MAX_ATTRIBUTES;
    }
    const prefix = name === "xmlns" ? "" : name.startsWith("xmlns:") ? name.slice(6) : undefined;
    if (prefix === undefined || prefix === "xml" || prefix === "xmlns") return false;
    if (value === "" || value !== value.trim() || RESERVED.includes(value)) return false;
    const declared = this.#declared ??= new Map();
    if (declared.has(prefix)) return false;
    return declared.set(prefix, value).size + this.#values.length <= MAX_ATTRIBUTES;
  }

  #quoted(): string | undefined {
    const source = this.#source;
    const quote = source.charCodeAt(this.#at);
    if (quote !== DOUBLE && quote !== SINGLE) return undefined;
    const start = ++this.#at;
    let plain = true;
    let at = start;
    for (let code = source.charCodeAt(at); code !== quote; code = source.charCodeAt(++at)) {
      if (code === LESS || at >= source.length) return undefined;
      if (code === AMPERSAND || code < SPACE) plain = false;
    }
    this.#at = at + 1;
    const raw = source.slice(start, at);
    return plain ? raw : decode(raw.replace(/[\t\n]/g, " "));
  }

  /** A name with at most one prefix. */
  #name(): string | undefined {
    const source = this.#source;
    const start = this.#at;
    let at = start;
    if (NAME[source.charCodeAt(at)] !== 1) return undefined;
    while (NAME[source.charCodeAt(at)] > 0) at++;
    if (source.charCodeAt(at) === COLON) {
      if (NAME[source.charCodeAt(++at)] !== 1) return undefined;
      while (NAME[source.charCodeAt(at)] > 0) at++;
    }
    this.#at = at;
    return source.slice(start, at);
  }

  #skipSpace(): void {
    const source = this.#source;
    let code = source.charCodeAt(this.#at);
    while (code === SPACE || code === BREAK || code === TAB) code = source.charCodeAt(++this.#at);
  }

  /** Counts the lines that begin before a position. */
  #countLines(position: number): void {
    while (this.#nextBreak >= 0 && this.#nextBreak < position) {
      this.#line++;
      this.#lineStart = this.#nextBreak + 1;
      this.#nextBreak = this.#source.indexOf("\n", this.#lineStart);
    }
  }

  #elementName(name: string): { readonly uri: string; readonly local: string } | undefined {
    let known = this.#scope.elements.get(name);
    if (!known) {
      const colon = name.indexOf(":");
      const uri = this.#scope.uris.get(name.slice(0, Math.max(0, colon))) ?? (colon < 0 ? "" : undefined);
      if (uri === undefined) return undefined;
      this.#scope.elements.set(name, known = { uri, local: name.slice(colon + 1) });
    }
    return known;
  }

  #attributeName(name: string): string | undefined {
    let known = this.#scope.attributes.get(name);
    if (known === undefined) {
      const colon = name.indexOf(":");
      // The default namespace is not that of attributes.
      const uri = colon < 0 ? "" : this.#scope.uris.get(name.slice(0, colon));
      if (uri === undefined) return undefined;
      this.#scope.attributes.set(
        name,
        known = interned(this.#tree.attributeName(uri, name.slice(colon + 1))),
      );
    }
    return known;
  }

  #attributeMap(): ReadonlyMap<string, string> | undefined {
    if (this.#written.length === 0) return NO_ATTRIBUTES;
    const names = this.#written;
    for (let i = 0; i < names.length; i++) {
      const name = this.#attributeName(names[i]);
      if (name === undefined) return undefined;
      names[i] = name;
    }
    const attributes = attributesOf(names, this.#values);
    // Two of one name may be an error, or one in two namespaces.
    return attributes.size === names.length && areDistinct(names) ? attributes : undefined;
  }
}

/** Only for few: a longer list has become a `Map`, which knows. */
function areDistinct(names: readonly string[]): boolean {
  if (names.length > 8) return true;
  for (let i = 1; i < names.length; i++) {
    for (let before = 0; before < i; before++) if (names[before] === names[i]) return false;
  }
  return true;
}

/** Replaces entities and character references; undefined if there is another one, or a bare `&`. */
function decode(text: string): string | undefined {
  let isKnown = true;
  const decoded = text.replace(/&([#\w]{1,8};)?/g, (_, name?: string) => {
    const value = name === undefined ? undefined : ENTITIES.get(name) ?? character(name);
    if (value === undefined) isKnown = false;
    return value ?? "";
  });
  return isKnown ? decoded : undefined;
}

function character(reference: string): string | undefined {
  const [, decimal, hexadecimal] = /^#(?:(\d+)|x([\dA-Fa-f]+));$/.exec(reference) ?? [];
  const code = decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal);
  const isPlain = code >= SPACE && code < 0xd800 || code === TAB || code === BREAK;
  return isPlain ? String.fromCharCode(code) : undefined;
}
