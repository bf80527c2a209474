/** What all stores agree on when they look for rows that do not go together. */

/** How many rows of each kind are looked at. */
export const AUDITED = 10_000;

/** What should have been done by then is late, ms. */
export const LATE_MS = 3_600_000;
