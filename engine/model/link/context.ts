/**
 * What the linker's files share: the document, the problems found so far, references and expressions.
 */
import { compileExpression } from "../../expression/compile.ts";
import { isPlainFeel, MAX_FEEL_LENGTH } from "../../expression/feel.ts";
import type { Expression, ExpressionPosition } from "../../expression/types.ts";
import { BPMN_NAMESPACE, type BpmnDocument, isBpmn, shortName, type XmlElement } from "../document.ts";
import { ProblemList } from "../problem_list.ts";
import { severityOf } from "../severity.ts";
import type { FlowNode } from "../types.ts";
import { literal } from "./values.ts";

/** A model part while it is being linked: the same fields, writable. Only the linker holds such. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** Opens a part of the model for writing, until the whole model is frozen. */
export function draft<T>(value: T): Draft<T> {
  return value as Draft<T>;
}

/** Options of the linker. */
export interface LinkOptions {
  /** Go on when a known extension that changes what runs is not supported. Default false. */
  readonly ignoreExtensions?: boolean;
}

/**
 * What a file's texts in FEEL may take to be parsed, in microseconds: 1.2 seconds, and a little more for each character
 * of the file. Estimated, so that a file is refused everywhere or nowhere.
 */
const EXPRESSION_WORK = 1_200_000;
const EXPRESSION_WORK_PER_CHARACTER = 0.3;

/**
 * What it takes at most to parse a text in FEEL, be it good or bad: the parser's time grows with the square of the
 * length, since it tries several ways through words that follow each other without a sign, and with the square of the
 * entries of contexts, told by their colons, since each entry sees a copy of those before it. As measured; most texts
 * take half of it, or less.
 */
function expressionWork(text: string): number {
  const { length } = text;
  // The compiler refuses longer ones unread.
  if (length > MAX_FEEL_LENGTH) return 0;
  const entries = text.split(":").length - 1;
  return length ** 2 / 320 + 4 * length + entries ** 2 / 5.5 + 30 * entries;
}

const FEEL_ADDRESS = /\bfeel\b/i;

/** Shared by all processes of one file. */
export class LinkContext {
  readonly document: BpmnDocument;
  readonly problems: ProblemList = new ProblemList();
  readonly options: LinkOptions;
  /** `feel` if `definitions/@expressionLanguage` is one of FEEL's addresses: the default for expressions. */
  readonly #language: string | undefined;
  readonly #compiled = new Map<string, Expression>();
  #expressionWork = 0;

  constructor(document: BpmnDocument, options: LinkOptions) {
    this.document = document;
    this.options = options;
    const language = document.root.attributes.get("expressionLanguage");
    this.#language = language !== undefined && FEEL_ADDRESS.test(language) ? "feel" : undefined;
  }

  /** Adds a problem at an element. */
  problem(rule: string, at: XmlElement, message: string): void {
    this.problems.add(rule, severityOf(rule), at, message);
  }

  /** Finds what a reference names; a problem if that is not there or not one of the BPMN elements expected. */
  reference(at: XmlElement, reference: string, what: string, ...names: string[]): XmlElement | undefined {
    const found = this.document.resolve(reference);
    if (found && isBpmn(found, ...names)) return found;
    const expected = names.length > 4 ? "" : ` (${names.join(", ")})`;
    this.problem(
      "unknown-reference",
      at,
      found
        ? `Cannot resolve ${what} "${reference.trim()}": it is a ${found.name}, not the expected kind${expected}`
        : `Cannot resolve ${what} "${reference.trim()}": no such element in the file`,
    );
    return undefined;
  }

  /** Resolves the reference in an attribute, or in the only child element, of that name; undefined if there is none. */
  attributeReference(at: XmlElement, attribute: string, ...names: string[]): XmlElement | undefined {
    const value = at.attributes.get(attribute) ?? child(at, attribute)?.text;
    if (value === undefined || value.trim() === "") return undefined;
    return this.reference(at, value, attribute, ...names);
  }

  /** Compiles a text; a problem at the element, and an expression that gives null, if that fails. */
  compile(at: XmlElement, text: string, position: ExpressionPosition, language?: string): Expression {
    const chosen = language ?? this.#language;
    const key = `${position} ${chosen ?? ""} ${text}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    try {
      const expression = this.bounded(
        text,
        () => compileExpression(text, { position, ...(chosen === undefined ? {} : { language: chosen }) }),
      );
      this.#compiled.set(key, expression);
      return expression;
    } catch (error) {
      // Whatever the compiler throws at a text means that the text is bad: the user must learn it with its place.
      const reason = error instanceof Error ? error.message : String(error);
      this.problem(error instanceof RangeError ? "unsupported-language" : "bad-expression", at, reason);
      return literal(null);
    }
  }

  /**
   * Compiles a text unless those before it took all the work that a file may make.
   *
   * @throws {SyntaxError} If they did, and whatever `compile` throws.
   */
  bounded<T extends Expression | undefined>(text: string, compile: () => T): T {
    const most = EXPRESSION_WORK + EXPRESSION_WORK_PER_CHARACTER * this.document.characters;
    if (this.#expressionWork > most) {
      throw new SyntaxError(
        "Cannot compile the expression: the long expressions of the file are too long together",
      );
    }
    // A bad text takes as long as a good one. Only FEEL's parser is slow.
    let slow = true;
    try {
      const expression = compile();
      slow = expression?.language === "feel" && !isPlainFeel(text);
      return expression;
    } finally {
      if (slow) this.#expressionWork += expressionWork(text);
    }
  }

  /** An attribute's text, where bare text is literal. Undefined if absent or blank. */
  text(at: XmlElement, attribute: string): Expression | undefined {
    const value = at.attributes.get(attribute);
    return value === undefined || value.trim() === "" ? undefined : this.compile(at, value.trim(), "text");
  }

  /** An attribute that is a whole number or an expression; a problem if it is other text. Undefined if absent. */
  number(at: XmlElement, attribute: string): Expression | undefined {
    const expression = this.text(at, attribute);
    if (!expression?.constant) return expression;
    if (/^[+-]?\d{1,15}$/.test(expression.text.trim())) {
      return literal(Number(expression.text), expression.text);
    }
    this.problem(
      "bad-attribute",
      at,
      `Cannot read ${attribute} "${expression.text}": it must be a whole number`,
    );
    return undefined;
  }

  /** The content of a BPMN expression element with its own `language`. Undefined if the element is absent or blank. */
  content(element: XmlElement | undefined, position: ExpressionPosition): Expression | undefined {
    const text = element?.text.trim();
    if (!element || !text) return undefined;
    return this.compile(element, text, position, element.attributes.get("language"));
  }

  /** A boolean attribute; a problem if it has any other value. */
  boolean(at: XmlElement, attribute: string, byDefault: boolean): boolean {
    const value = at.attributes.get(attribute)?.trim();
    if (value === undefined || value === "") return byDefault;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    this.problem("bad-attribute", at, `Cannot read ${attribute} "${value}": it must be true or false`);
    return byDefault;
  }
}

/** The first child in BPMN's namespace with that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((c) => c.name === name && c.uri === BPMN_NAMESPACE);
}

/** The children in BPMN's namespace with one of the names. */
export function childrenOf(element: XmlElement, ...names: string[]): XmlElement[] {
  return element.children.filter((c) => isBpmn(c, ...names));
}

/** The first element of an extension within `extensionElements`, by our prefix for its namespace. */
export function extension(element: XmlElement, uri: string, name: string): XmlElement | undefined {
  return child(element, "extensionElements")?.children.find((c) => c.uri === uri && c.name === name);
}

/** How messages name a node: its kind and id. */
export function describe(node: FlowNode | XmlElement): string {
  return `${"type" in node ? node.type : node.name} "${shortName(node.id ?? "")}"`;
}
