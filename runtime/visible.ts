/** Which variables an element sees. */
import { type Instance, type Token, visibleVariables } from "../engine/mod.ts";

/**
 * Everything visible from a token, inner values over outer ones; without a token what the instance's own scope has.
 * The values themselves are the instance's: they must not be changed.
 */
export function seenBy(instance: Instance, token: Token | undefined): Record<string, unknown> {
  return visibleVariables(instance.vars, token ?? instance.state.root);
}
