/** What the process answers to the one who called it (`docs/cli.md`). */

/** Exit codes, for scripts. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** Problems found, or something failed that is none of the following. */
  failed: 1,
  /** A wrong option or argument, a file that cannot be read, unusable JSON. */
  usage: 2,
  /** No such definition, instance, job, task or incident. */
  notFound: 3,
  /** The state does not allow it, or someone else was faster. */
  refused: 4,
  /** The database cannot be reached or used. */
  database: 5,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
