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
 * Tokens by job, for states that stay in memory from one transition to the next: among 10,000 items each job would
 * otherwise be searched for. Only a hint, checked at every use.
 */
const JOB_TOKENS = new WeakMap<InstanceState, Map<string, Token>>();
const WORTH_INDEXING = 32;

/** @returns The token that waits for a job. */
export function tokenOfJob(state: InstanceState, jobId: string): Token | undefined {
  const token = JOB_TOKENS.get(state)?.get(jobId);
  if (token?.job === jobId && token[IN] !== undefined) return token;
  // Not indexed yet, or the index is older than the state: looked through once for all jobs.
  const index = new Map<string, Token>();
  findToken(state.root, (each) => {
    if (each.job !== undefined) index.set(each.job, each);
    return false;
  });
  if (index.size >= WORTH_INDEXING) JOB_TOKENS.set(state, index);
  return index.get(jobId);
}
