/** Finding tokens in a state. */
import { IN, type InstanceState, type Scope, type Token } from "./state.ts";

/** @returns The first token that fits: depth first, outer before inner. */
export function findToken(scope: Scope, fits: (token: Token) => boolean): Token | undefined {
  for (const token of scope.tokens) {
    if (fits(token)) return token;
    const inner = token.scope && findToken(token.scope, fits);
    if (inner) return inner;
  }
  return undefined;
}

/**
 * Tokens by their own id (a number), and by the job or user task they wait for (a string), for states that stay in
 * memory from one transition to the next: among 10,000 items each one would otherwise be searched for. Only a hint:
 * what it says is checked at every use, and what it does not know is searched for.
 */
const INDEXES = new WeakMap<InstanceState, Map<string | number, Token>>();
const WORTH_INDEXING = 32;

/** How many tokens a state has, for those that have had many. */
const COUNTS = new WeakMap<InstanceState, number>();

/** @returns How many tokens there are. */
export function countTokens(state: InstanceState): number {
  let count = COUNTS.get(state);
  if (count === undefined) {
    count = 0;
    findToken(state.root, () => {
      count!++;
      return false;
    });
    COUNTS.set(state, count);
  }
  return count;
}

/** Tokens were added, or taken away. */
export function tokensChanged(state: InstanceState, by: number): void {
  const count = COUNTS.get(state);
  if (count !== undefined) COUNTS.set(state, count + by);
}

/** A token was added, or waits for something new. */
export function indexToken(state: InstanceState, token: Token): void {
  const index = INDEXES.get(state);
  if (index) addTo(index, token);
}

/** A token is gone, or waits for this no more. */
export function unindexToken(state: InstanceState, key: string | number): void {
  INDEXES.get(state)?.delete(key);
}

/** @returns The token that waits for a job. */
export function tokenOfJob(state: InstanceState, jobId: string): Token | undefined {
  return lookUp(state, jobId, (token) => token.job === jobId);
}

/** @returns The token that waits for a user task. */
export function tokenOfTask(state: InstanceState, taskId: string): Token | undefined {
  return lookUp(state, taskId, (token) => token.task === taskId);
}

/** @returns The token with this id. */
export function tokenById(state: InstanceState, id: number): Token | undefined {
  return lookUp(state, id, (token) => token.id === id);
}

function lookUp(
  state: InstanceState,
  key: string | number,
  fits: (token: Token) => boolean,
): Token | undefined {
  const known = INDEXES.get(state);
  if (known) {
    const token = known.get(key);
    return token && token[IN] !== undefined && fits(token) ? token : findToken(state.root, fits);
  }
  let found: Token | undefined;
  let count = 0;
  findToken(state.root, (token) => {
    count++;
    if (fits(token)) found = token;
    return found !== undefined && count < WORTH_INDEXING;
  });
  if (count >= WORTH_INDEXING) {
    const index = new Map<string | number, Token>();
    findToken(state.root, (token) => {
      addTo(index, token);
      return false;
    });
    INDEXES.set(state, index);
  }
  return found;
}

function addTo(index: Map<string | number, Token>, token: Token): void {
  index.set(token.id, token);
  if (token.job !== undefined) index.set(token.job, token);
  if (token.task !== undefined) index.set(token.task, token);
}

/** Takes a token out of its scope's list. */
export function takeOut(tokens: Token[], token: Token): void {
  const place = placeOf(tokens, token);
  if (place === tokens.length - 1) return void tokens.pop();
  // The first ones go first: moving those few costs less than moving all that follow.
  if (place * 4 > tokens.length) return void tokens.splice(place, 1);
  for (let i = place; i > 0; i--) tokens[i] = tokens[i - 1];
  tokens.shift();
}

function placeOf(tokens: readonly Token[], token: Token): number {
  // Added one after the other, most are in the order of their ids.
  let low = 0;
  let high = tokens.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { id } = tokens[middle];
    if (id === token.id) return middle;
    if (id < token.id) low = middle + 1;
    else high = middle - 1;
  }
  return tokens.indexOf(token);
}
