/** Tables that name all of something name all of it. The records do not type-check when the code knows another. */
import assert from "node:assert/strict";
import type { EngineJobType, IncidentKind } from "../../engine/mod.ts";
import { ROOT } from "./pages.ts";

const INCIDENTS: Readonly<Record<IncidentKind, true>> = {
  "job-no-retries": true,
  "worker-lost": true,
  "script": true,
  "script-limit": true,
  "expression": true,
  "no-flow": true,
  "loop": true,
  "timer": true,
  "variables": true,
  "called-process-missing": true,
  "unhandled-error": true,
  "stuck": true,
  "move-budget": true,
  "start": true,
};

const ENGINE_JOBS: Readonly<Record<EngineJobType, true>> = {
  "baton:timer": true,
  "baton:start-child": true,
  "baton:cancel-child": true,
  "baton:child-ended": true,
  "baton:child-throws": true,
  "baton:throw-answer": true,
  "baton:publish": true,
  "baton:correlate": true,
  "baton:broadcast": true,
  "baton:expire-message": true,
  "baton:collect": true,
  "baton:continue": true,
};

/** The first column of a page's tables, where it is nothing but a name in backticks. */
async function named(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(page, ROOT));
  return [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);
}

Deno.test("docs/incidents.md tells of every kind of incident", async () => {
  assert.deepEqual((await named("docs/incidents.md")).sort(), Object.keys(INCIDENTS).sort());
});

Deno.test("docs/jobs.md tells of every job type of the engine's own", async () => {
  const types = (await named("docs/jobs.md")).filter((type) => type.startsWith("baton:"));
  assert.deepEqual(types.sort(), Object.keys(ENGINE_JOBS).sort());
});
