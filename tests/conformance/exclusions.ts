/** Conformance cases that Baton does not follow, each with the reason. Names are as the runner prints them. */
export const EXCLUSIONS: ReadonlyMap<string, string> = new Map<string, string>();
