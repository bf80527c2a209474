/**
 * Reading of a large instance only what some jobs see: their tokens, and what these stand in.
 *
 * Ten thousand items are ten thousand tokens. To make objects of them all takes tens of milliseconds and all that the
 * garbage collector has to do with them; to step over their text takes one or two.
 */
import { decodeInstance, type Encoded, IN, type Instance, record, type Scope, type Token } from "./state.ts";
import { indexToken, tokenOfJob } from "./find.ts";

/** An instance of which the core must not run anything: most of its tokens are missing. */
export class PartialInstance {
  readonly instance: Instance;
  readonly #state: string;
  readonly #locals: Scanner;
  /** Tokens that have nothing within, by job. */
  readonly #leaves: ReadonlyMap<string, Leaf>;
  /** In the order of the text. */
  readonly #scopes: readonly Scope[];
  /** Where inner variables begin in their text, by scope id. */
  readonly #places: ReadonlyMap<number, number>;

  /**
   * @param id The instance's.
   * @throws {RangeError} If the state was written by a newer release.
   * @throws {SyntaxError} If a text is no JSON of ours.
   */
  constructor(id: string, { state, variables, locals }: Encoded) {
    const { rest, leaves } = new StateScanner(state).run();
    this.#state = state;
    this.#leaves = leaves;
    this.#locals = new Scanner(locals ?? "{}");
    this.#places = this.#locals.members();
    this.instance = decodeInstance(id, { state: rest, variables, locals: undefined });
    const scopes: Scope[] = [];
    const addScope = (scope: Scope): void => {
      scopes.push(scope);
      for (const token of scope.tokens) {
        this.#readVariables(token);
        if (token.scope) addScope(token.scope);
      }
    };
    addScope(this.instance.state.root);
    this.#scopes = scopes;
  }

  /** Reads the token that waits for a job, with its variables. @returns It, if there is one. */
  read(jobId: string): Token | undefined {
    const leaf = this.#leaves.get(jobId);
    if (!leaf) return tokenOfJob(this.instance.state, jobId);
    if (leaf.token) return leaf.token;
    const token: Token = leaf.token = JSON.parse(this.#state.slice(leaf.begin, leaf.end));
    const scope = this.#scopes[leaf.scope];
    scope.tokens.push(token);
    token[IN] = scope;
    indexToken(this.instance.state, token);
    this.#readVariables(token);
    return token;
  }

  #readVariables({ id }: Token): void {
    // A loop keeps its collection under the negative id.
    for (const key of [id, -id]) {
      const place = this.#places.get(key);
      if (place !== undefined) this.instance.vars.set(key, record(JSON.parse(this.#locals.valueAt(place))));
    }
  }
}

/** Where a token stands in the text. */
interface Leaf {
  readonly begin: number;
  readonly end: number;
  /** Its scope's place among the scopes. */
  readonly scope: number;
  /** Once it has been read. */
  token?: Token;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Steps over JSON as `JSON.stringify` writes it: without white space. Nothing is made of what it steps over. */
class Scanner {
  protected readonly text: string;
  protected place = 0;
  /** Where the last key begins and ends, without its quotes. */
  protected keyBegin = 0;
  protected keyEnd = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @returns Where the values of an object begin, by key; the keys are whole numbers. */
  members(): Map<number, number> {
    const places = new Map<number, number>();
    for (let more = this.enter(OPEN, CLOSE); more; more = this.goesOn(CLOSE)) {
      this.key();
      places.set(Number(this.text.slice(this.keyBegin, this.keyEnd)), this.place);
      this.value();
    }
    return places;
  }

  /** @returns The text of the value at a place. */
  valueAt(place: number): string {
    this.place = place;
    this.value();
    return this.text.slice(place, this.place);
  }

  /** Steps into an object or a list. @returns Whether it has anything. */
  protected enter(open: number, close: number): boolean {
    this.#expect(open);
    return !this.#ends(close);
  }

  /** Steps on to the next member or element, or behind the last one. */
  protected goesOn(close: number): boolean {
    if (this.#ends(close)) return false;
    this.#expect(COMMA);
    return true;
  }

  protected key(): void {
    this.keyBegin = this.place + 1;
    this.#string();
    this.keyEnd = this.place - 1;
    this.#expect(COLON);
  }

  protected isKey(key: string): boolean {
    return this.keyEnd - this.keyBegin === key.length && this.text.startsWith(key, this.keyBegin);
  }

  /** Steps over any value. */
  protected value(): void {
    const { text } = this;
    const first = text.charCodeAt(this.place);
    if (first === QUOTE) return this.#string();
    let place = this.place;
    if (first !== OPEN && first !== OPEN_LIST) {
      for (;; place++) {
        const code = text.charCodeAt(place);
        // Behind the text's end it is not a number.
        if (code === COMMA || code === CLOSE || code === CLOSE_LIST || code !== code) break;
      }
      this.place = place;
      return;
    }
    let depth = 0;
    do {
      const code = text.charCodeAt(place);
      if (code === QUOTE) {
        this.place = place;
        this.#string();
        place = this.place;
        continue;
      }
      if (code === OPEN || code === OPEN_LIST) depth++;
      else if (code === CLOSE || code === CLOSE_LIST) depth--;
      else if (code !== code) this.#fail();
      place++;
    } while (depth > 0);
    this.place = place;
  }

  #expect(code: number): void {
    if (this.text.charCodeAt(this.place) !== code) this.#fail();
    this.place++;
  }

  #string(): void {
    this.#expect(QUOTE);
    const { text } = this;
    let place = this.place;
    for (;;) {
      const code = text.charCodeAt(place++);
      if (code === QUOTE) break;
      if (code === BACKSLASH) place++;
      else if (code !== code) this.#fail();
    }
    this.place = place;
  }

  #ends(close: number): boolean {
    if (this.text.charCodeAt(this.place) !== close) return false;
    this.place++;
    return true;
  }

  #fail(): never {
    throw new SyntaxError(`Cannot read a state: there is no JSON of ours at character ${this.place}`);
  }
}

/** Cuts those tokens out of a state that have neither a scope nor a loop. */
class StateScanner extends Scanner {
  readonly #leaves = new Map<string, Leaf>();
  #rest = "";
  #copied = 0;
  #scopes = 0;
  /** Of the last token. */
  #job: string | undefined;

  run(): { readonly rest: string; readonly leaves: ReadonlyMap<string, Leaf> } {
    for (let more = this.enter(OPEN, CLOSE); more; more = this.goesOn(CLOSE)) {
      this.key();
      if (this.isKey("root")) this.#scope();
      else this.value();
    }
    this.#cut(this.text.length, this.text.length);
    return { rest: this.#rest, leaves: this.#leaves };
  }

  #scope(): void {
    const number = this.#scopes++;
    for (let more = this.enter(OPEN, CLOSE); more; more = this.goesOn(CLOSE)) {
      this.key();
      if (this.isKey("tokens")) this.#tokens(number);
      else this.value();
    }
  }

  #tokens(scope: number): void {
    let kept = false;
    let first = true;
    for (let more = this.enter(OPEN_LIST, CLOSE_LIST); more; more = this.goesOn(CLOSE_LIST)) {
      const begin = this.place;
      const comma = begin - 1;
      // The comma in front of the first one that stays goes with those before.
      if (!first && !kept) this.#cut(comma, begin);
      if (this.#isLeaf()) {
        this.#cut(first || !kept ? begin : comma, this.place);
        if (this.#job !== undefined) this.#leaves.set(this.#job, { begin, end: this.place, scope });
      } else kept = true;
      first = false;
    }
  }

  /** Steps over a token. @returns Whether nothing is within. */
  #isLeaf(): boolean {
    let leaf = true;
    let job: string | undefined;
    for (let more = this.enter(OPEN, CLOSE); more; more = this.goesOn(CLOSE)) {
      this.key();
      if (this.isKey("scope")) {
        leaf = false;
        this.#scope();
        continue;
      }
      if (this.isKey("loop")) leaf = false;
      const begin = this.place;
      const isJob = this.isKey("job");
      this.value();
      if (isJob) job = this.text.slice(begin + 1, this.place - 1);
    }
    this.#job = job;
    return leaf;
  }

  #cut(begin: number, end: number): void {
    if (begin > this.#copied) this.#rest += this.text.slice(this.#copied, begin);
    this.#copied = end;
  }
}
