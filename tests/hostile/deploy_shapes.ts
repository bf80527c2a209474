/**
 * Deploys hostile files one after the other, in a process of its own whose memory is limited:
 *
 *     deploy_shapes.ts BYTES SHAPE...           these, after a linter's look at each
 *     deploy_shapes.ts BYTES --part N/PARTS SHAPE...     of all others each so manieth, without
 */
import process from "node:process";
import { BpmnValidationError, createEngine, lint, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { SHAPES } from "./shapes.ts";

const [bytes, ...given] = Deno.args;
const all = given[0] === "--part";
const [part, parts] = all ? given[1].split("/").map(Number) : [0, 1];
const chosen = all
  ? Object.keys(SHAPES).filter((name, i) => i % parts === part && !given.includes(name))
  : given;
for (const name of chosen) {
  const shape = SHAPES[name];
  const file = shape(Math.ceil((1_000 * Number(bytes)) / shape(1_000).length));
  // When the process dies, the last line says of what.
  if (all) console.log(name);
  // Of this process alone: a busy machine takes longer, but not more of it.
  const before = process.cpuUsage();
  if (!all) lint(file);
  await using engine = await createEngine({ store: new MemoryStore(), logger: silentLogger });
  try {
    await engine.deploy(file);
  } catch (error) {
    if (!(error instanceof BpmnValidationError)) throw error;
    if (!all) console.log("  refused:", error.message.split("\n")[0], error.problems[0].rule);
  }
  const { user, system } = process.cpuUsage(before);
  if (!all) {
    console.log(
      `${name}: ${file.length} characters, ${Math.round((user + system) / 1_000)} ms of a processor`,
    );
  }
}
console.log("done");
