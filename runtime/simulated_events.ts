/** What happens next in a simulation when nothing moves by itself. */
import type { Command, Instance, Scope, Subscribed, Token } from "../engine/mod.ts";

/** @returns All tokens, depth first. */
export function allTokens(instance: Instance): Token[] {
  const tokens: Token[] = [];
  const walk = (scope: Scope): void => {
    for (const token of scope.tokens) {
      tokens.push(token);
      if (token.scope) walk(token.scope);
    }
  };
  walk(instance.state.root);
  return tokens;
}

/** An event that a token waits for: its first message or signal, else the earliest timer. */
export function nextEvent(
  instance: Instance,
): { readonly command: Command; readonly at?: number } | undefined {
  const armed = allTokens(instance).filter((token) => token.wait === "event").flatMap((token) =>
    token.subs ?? []
  );
  const open = armed.filter((sub) => sub.id !== undefined && !sub.fired);
  const timers = open.filter((sub) => sub.kind === "timer").sort((a, b) => (a.due ?? 0) - (b.due ?? 0));
  const sub = open.find((each) => each.kind === "message" || each.kind === "signal") ?? timers[0];
  return sub && { command: eventCommand(sub), at: sub.due };
}

function eventCommand(sub: Subscribed): Command {
  const id = sub.id ?? "";
  if (sub.kind === "timer") return { kind: "fireTimer", jobId: id };
  const kind = sub.kind === "message" ? "deliverMessage" : "deliverSignal";
  return { kind, subscriptionId: id, variables: {} };
}
