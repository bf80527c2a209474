/** Messages, and what waits for them. */
import type { NewSubscription } from "../../engine/mod.ts";

/** A message to be buffered. */
export interface NewMessage {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** Only this tenant's subscriptions match. */
  readonly tenant: string;
  /** What subscriptions name. */
  readonly name: string;
  /** Correlation key; empty matches only empty. */
  readonly key: string;
  /** The publisher's own id: the same one again within its life is a duplicate. */
  readonly messageId?: string;
  /** JSON object. */
  readonly variables: string;
  /** Only this process may take it (message flow). */
  readonly targetProcess?: string;
  /** Milliseconds since 1970 UTC. */
  readonly publishedAt: number;
  /** Milliseconds since 1970 UTC; from then on nobody gets it. */
  readonly expiresAt: number;
}

/** A buffered message. */
export interface Message extends NewMessage {
  /** Process keys that took it. */
  readonly takenBy: readonly string[];
}

/** An armed subscription. */
export interface Subscription extends NewSubscription {
  /** The tenant of its instance or definition. */
  readonly tenant: string;
  /** The store's time when it was armed. */
  readonly armedAt: number;
}

/** Which subscriptions to find; in order of `(armedAt, id)`. */
export interface SubscriptionQuery {
  /** Whose subscriptions. */
  readonly tenant: string;
  /** What is waited for. */
  readonly kind: "message" | "signal" | "conditional";
  /** Only this message or signal. */
  readonly name?: string;
  /** Only this correlation key; empty: only those without one. */
  readonly key?: string;
  /** Only this instance's. */
  readonly instanceId?: string;
  /** Exclusive. */
  readonly armedBefore?: number;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}
