/** Deploys hostile files one after the other, in a process of its own whose memory is limited: BYTES [SHAPE...]. */
import process from "node:process";
import { BpmnValidationError, createEngine, lint, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { SHAPES } from "./shapes.ts";

const [bytes, ...names] = Deno.args;
for (const name of names.length > 0 ? names : Object.keys(SHAPES)) {
  const shape = SHAPES[name];
  const file = shape(Math.ceil((1_000 * Number(bytes)) / shape(1_000).length));
  // Of this process alone: a busy machine takes longer, but not more of it.
  const before = process.cpuUsage();
  lint(file);
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  try {
    await engine.deploy(file);
  } catch (error) {
    if (!(error instanceof BpmnValidationError)) throw error;
    console.log("  refused:", error.message.split("\n")[0], error.problems[0].rule);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(`${name}: ${file.length} characters, ${Math.round((user + system) / 1_000)} ms of a processor`);
}
console.log("done");
