/**
 * Models of our own, run by the machinery of the shared conformance cases, on every store: all in memory, and what is
 * most entangled on those that survive.
 */
import assert from "node:assert/strict";
import { runProcesses } from "./execution.ts";
import { activities } from "./models/activities.ts";
import { type Case, processOf } from "./models/case.ts";
import { definitions } from "./models/definitions.ts";
import { events } from "./models/events.ts";
import { flows } from "./models/flows.ts";
import { nesting } from "./models/nesting.ts";
import { report } from "./report.ts";
import { storeDatabase } from "../support/postgres.ts";
import { openStore } from "./stores.ts";

const GROUPS: Readonly<Record<string, readonly Case[]>> = { activities, flows, events, definitions, nesting };

for (const name of ["memory", "kv", "postgres"]) {
  Deno.test(`conformance: our own models on ${name}`, async () => {
    await using database = name === "postgres" ? await storeDatabase() : undefined;
    await using opened = await openStore(name, database?.url);
    const lines: string[] = [];
    let good = true;
    for (const [group, cases] of Object.entries(name === "memory" ? GROUPS : { events, nesting })) {
      const processes = cases.map(processOf).map((process) => ({
        ...process,
        file: `${group}/${process.file}`,
      }));
      good = report(await runProcesses(processes, opened.store), (line) => lines.push(line)) && good;
    }
    assert.ok(good, lines.join("\n"));
  });
}
