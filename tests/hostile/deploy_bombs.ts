/** Deploys all bombs, in a process of its own whose processor time is counted; prints a line of JSON for each. */
import process from "node:process";
import { BpmnValidationError, createEngine, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { BOMBS } from "./bombs.ts";

for (const [name, make] of Object.entries(BOMBS)) {
  const xml = make();
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  const before = process.cpuUsage();
  let rules: readonly string[] = [];
  try {
    await engine.deploy(xml, { maxBytes: 64 * 1024 * 1024 });
  } catch (error) {
    if (!(error instanceof BpmnValidationError)) throw error;
    rules = error.problems.map(({ rule }) => rule);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({ name, megabytes: xml.length / 1e6, rules, processorMs: (user + system) / 1_000 }),
  );
}
