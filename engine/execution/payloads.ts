/** What the engine's own jobs carry, as JSON in `NewJob.payload`; see `docs/jobs.md`. */

/** `baton:start-child`, on the caller: create the called instance under the reserved id. */
export interface StartChildPayload {
  readonly childId: string;
  /** The caller's token. */
  readonly token: number;
  readonly calledElement: string;
  readonly binding: "latest" | "deployment" | "version" | "versionTag";
  readonly version?: number;
  readonly versionTag?: string;
  readonly businessKey?: string;
  readonly variables: Record<string, unknown>;
}
/** `baton:cancel-child`, on the called instance. */
export interface CancelChildPayload {
  readonly status: "cancelled" | "failed";
  readonly reason?: string;
}
/** `baton:child-ended`, on the caller. */
export interface ChildEndedPayload {
  readonly childId: string;
  readonly token: number;
  readonly status: "completed" | "cancelled" | "failed";
  readonly variables: Record<string, unknown>;
  readonly reason?: string;
}
/** `baton:child-throws`, on the caller. */
export interface ChildThrowsPayload {
  readonly childId: string;
  readonly token: number;
  readonly childToken: number;
  readonly throws: "error" | "escalation";
  readonly code: string;
  readonly message?: string;
  readonly variables?: Record<string, unknown>;
  readonly from: "event" | "job";
}
/** `baton:throw-answer`, on the called instance. */
export interface ThrowAnswerPayload {
  readonly token: number;
  readonly answer: "continue" | "not-caught";
}
/** `baton:publish`, on no instance: a message thrown by the model. */
export interface PublishPayload {
  readonly name: string;
  readonly key: string;
  readonly variables: Record<string, unknown>;
  /** Default 1 hour. */
  readonly timeToLiveMs?: number;
  readonly messageId?: string;
  readonly targetProcess?: string;
}
/** `baton:correlate`, on no instance: match messages and subscriptions of one name and key. */
export interface CorrelatePayload {
  readonly name: string;
  readonly key: string;
}
/** `baton:broadcast`, on no instance: deliver a signal to all that were armed before it. */
export interface BroadcastPayload {
  readonly name: string;
  readonly variables: Record<string, unknown>;
  /** The throwing instance has received it already. */
  readonly exceptInstance?: string;
  /** The store's time of the throw. */
  readonly at: number;
  /** Progress, written by the one who delivers. */
  readonly cursor?: string;
  /** Subscriptions of start events on this page whose instance is started or joined. */
  readonly started?: readonly string[];
}
/** `baton:timer` on a definition: a timer start event. */
export interface StartTimerPayload {
  readonly startEvent: string;
  readonly definitionIndex: number;
  /** Firings left after this one; -1: without end. */
  readonly left: number;
}
