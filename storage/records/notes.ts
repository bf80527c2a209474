/** What was noted at an instance. */

/**
 * What a note is for: `audit` records who did what, `system` is written by programs, the others by people.
 */
export type NoteKind = "info" | "user" | "system" | "audit";

/** A remark on an instance. */
export interface Note {
  /** Decimal string, reserved by the caller. */
  readonly id: string;
  /** The instance that it is about. */
  readonly instanceId: string;
  /** What it is for. */
  readonly kind: NoteKind;
  /** What it says. */
  readonly text: string;
  /** Who wrote it; absent if nobody said. */
  readonly author?: string;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}
