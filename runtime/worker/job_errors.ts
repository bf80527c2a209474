/** Why a job did not end, when that is no failure of its handler's. */

/** What a job needs could not be loaded; the reason is in `cause`. */
export class NotBegunError extends Error {
  override name = "NotBegunError";
}

/** What the handler did could not be stored for a reason that passes; it is in `cause`. */
export class NotStoredError extends Error {
  override name = "NotStoredError";
}
