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
  readonly #locals: string;
  /** Where tokens stand in the text that have nothing within, in order. */
  readonly #leaves: Leaves;
  /** In the order of the text. */
  readonly #scopes: readonly Scope[];
  /** Where inner variables stand in their text, by scope id: begin and end. */
  readonly #places: ReadonlyMap<number, readonly [number, number]>;

  /**
   * @param id The instance's.
   * @throws {RangeError} If the state was written by a newer release.
   * @throws {SyntaxError} If a text is no JSON of ours.
   */
  constructor(id: string, { state, variables, locals }: Encoded) {
    const { rest, leaves } = new StateScanner(state).run();
    this.#state = state;
    this.#locals = locals ?? "{}";
    this.#leaves = leaves;
    this.#places = new Scanner(this.#locals).members();
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
    const known = tokenOfJob(this.instance.state, jobId);
    if (known) return known;
    const text = `"job":${JSON.stringify(jobId)}`;
    for (let at = this.#state.indexOf(text); at >= 0; at = this.#state.indexOf(text, at + 1)) {
      const found = this.#leaves.at(at);
      if (!found) continue;
      // What a user's data says of jobs is no token's.
      const token: Token = JSON.parse(this.#state.slice(found.begin, found.end));
      if (token.job !== jobId) continue;
      const scope = this.#scopes[found.scope];
      scope.tokens.push(token);
      token[IN] = scope;
      indexToken(this.instance.state, token);
      this.#readVariables(token);
      return token;
    }
    return undefined;
  }

  #readVariables({ id }: Token): void {
    // A loop keeps its collection under the negative id.
    for (const key of [id, -id]) {
      const place = this.#places.get(key);
      if (place) this.instance.vars.set(key, record(JSON.parse(this.#locals.slice(...place))));
    }
  }
}

/** Places of tokens in a text, in order. */
class Leaves {
  readonly #begins: number[] = [];
  readonly #ends: number[] = [];
  readonly #scopes: number[] = [];

  add(begin: number, end: number, scope: number): void {
    this.#begins.push(begin);
    this.#ends.push(end);
    this.#scopes.push(scope);
  }

  /** @returns The token around a place. */
  at(place: number): { readonly begin: number; readonly end: number; readonly scope: number } | undefined {
    let low = 0;
    let high = this.#begins.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle] <= place) low = middle + 1;
      else if (this.#begins[middle] > place) high = middle - 1;
      else return { begin: this.#begins[middle], end: this.#ends[middle], scope: this.#scopes[middle] };
    }
    return undefined;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Steps over JSON as `JSON.stringify` writes it: without white space. */
class Scanner {
  protected readonly text: string;
  protected place = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @returns Where the values of an object stand, by key: those whose keys are whole numbers. */
  members(): Map<number, readonly [number, number]> {
    const places = new Map<number, readonly [number, number]>();
    this.object((key) => {
      const begin = this.place;
      this.value();
      places.set(Number(key), [begin, this.place]);
    });
    return places;
  }

  /** @param each Told of each key, without its quotes; it steps over the value. */
  protected object(each: (key: string) => void): void {
    this.expect(OPEN);
    if (this.#ends(CLOSE)) return;
    do {
      const begin = this.place + 1;
      this.#string();
      const key = this.text.slice(begin, this.place - 1);
      this.expect(COLON);
      each(key);
    } while (this.#goesOn(CLOSE));
  }

  /** @param each Told of each element; it steps over it. */
  protected list(each: () => void): void {
    this.expect(OPEN_LIST);
    if (this.#ends(CLOSE_LIST)) return;
    do each(); while (this.#goesOn(CLOSE_LIST));
  }

  /** Steps over any value. */
  protected value(): void {
    const { text } = this;
    const first = text.charCodeAt(this.place);
    if (first === QUOTE) return this.#string();
    if (first !== OPEN && first !== OPEN_LIST) {
      for (;;) {
        const code = text.charCodeAt(this.place);
        // Not a number at the text's end.
        if (code === COMMA || code === CLOSE || code === CLOSE_LIST || code !== code) return;
        this.place++;
      }
    }
    let depth = 0;
    do {
      const code = text.charCodeAt(this.place);
      if (code === QUOTE) {
        this.#string();
        continue;
      }
      if (code === OPEN || code === OPEN_LIST) depth++;
      else if (code === CLOSE || code === CLOSE_LIST) depth--;
      else if (code !== code) this.#fail();
      this.place++;
    } while (depth > 0);
  }

  protected expect(code: number): void {
    if (this.text.charCodeAt(this.place) !== code) this.#fail();
    this.place++;
  }

  #string(): void {
    this.expect(QUOTE);
    for (;;) {
      const code = this.text.charCodeAt(this.place++);
      if (code === QUOTE) return;
      if (code === BACKSLASH) this.place++;
      else if (code !== code) this.#fail();
    }
  }

  #ends(close: number): boolean {
    if (this.text.charCodeAt(this.place) !== close) return false;
    this.place++;
    return true;
  }

  #goesOn(close: number): boolean {
    if (this.#ends(close)) return false;
    this.expect(COMMA);
    return true;
  }

  #fail(): never {
    throw new SyntaxError(`Cannot read a state: there is no JSON of ours at character ${this.place}`);
  }
}

/** Cuts those tokens out of a state that have neither a scope nor a loop. */
class StateScanner extends Scanner {
  readonly #leaves = new Leaves();
  #rest = "";
  #copied = 0;
  #scopes = 0;

  run(): { readonly rest: string; readonly leaves: Leaves } {
    this.object((key) => key === "root" ? this.#scope() : this.value());
    this.#cut(this.text.length, this.text.length);
    return { rest: this.#rest, leaves: this.#leaves };
  }

  #scope(): void {
    const number = this.#scopes++;
    this.object((key) => key === "tokens" ? this.#tokens(number) : this.value());
  }

  #tokens(scope: number): void {
    let kept = false;
    let first = true;
    this.list(() => {
      const begin = this.place;
      const comma = begin - 1;
      // The comma in front of the first one that stays goes with those before.
      if (!first && !kept) this.#cut(comma, begin);
      if (this.#token()) {
        this.#cut(first || !kept ? begin : comma, this.place);
        this.#leaves.add(begin, this.place, scope);
      } else kept = true;
      first = false;
    });
  }

  /** @returns Whether nothing is within. */
  #token(): boolean {
    let leaf = true;
    this.object((key) => {
      if (key === "scope" || key === "loop") leaf = false;
      if (key === "scope") this.#scope();
      else this.value();
    });
    return leaf;
  }

  #cut(begin: number, end: number): void {
    if (begin > this.#copied) this.#rest += this.text.slice(this.#copied, begin);
    this.#copied = end;
  }
}
