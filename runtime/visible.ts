/** Which variables an element sees. */
import { IN, type Instance, OWNER, record, type Scope, type Token } from "../engine/mod.ts";

/** @returns The first token that fits, depth first. */
export function findToken(instance: Instance, fits: (token: Token) => boolean): Token | undefined {
  const walk = (scope: Scope): Token | undefined => {
    for (const token of scope.tokens) {
      if (fits(token)) return token;
      const inner = token.scope && walk(token.scope);
      if (inner) return inner;
    }
    return undefined;
  };
  return walk(instance.state.root);
}

/**
 * Everything visible from a token, inner values over outer ones. The values themselves are the instance's own: they
 * must not be changed.
 */
export function visibleVariables(instance: Instance, token: Token | undefined): Record<string, unknown> {
  const { vars } = instance;
  const result = record();
  for (let at: Token | undefined = token; at; at = at[IN]?.[OWNER]) addMissing(result, vars.get(at.id));
  addMissing(result, vars.get(0));
  return result;
}

function addMissing(result: Record<string, unknown>, values: Record<string, unknown> | undefined): void {
  for (const name in values) if (!(name in result)) result[name] = values[name];
}
