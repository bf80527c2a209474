import assert from "node:assert/strict";
import { BpmnValidationError, createEngine, type Engine, RejectedError, silentLogger } from "../../mod.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { onEachStore } from "../runtime/each_store.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { BOMBS } from "./bombs.ts";
import { random } from "./seeded.ts";

/** A failure names its seed. */
const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 3_000);
const FIRST_SEED = Number(Deno.env.get("FUZZ_SEED") ?? 1);

const MODELS = await Promise.all(
  ["../models/order_fulfillment.bpmn", "../models/cli_events.bpmn"].map((path) =>
    Deno.readTextFile(new URL(path, import.meta.url))
  ),
);
MODELS.push(bpmn(`
  start -> choice
  choice -[x > 1]-> A -> join
  choice -/-> S -> join -> M -> T -> end
  xor choice
  xor join
  service A: type=a retries=2
  script S: scriptFormat=feel resultVariable=r
    <script>1 + 1</script>
  user M: each=items:item until="done"
  sub T
    start2 -> U -> end2
    boundary late on U: timer=PT1H non
    late -> V -> end3
`));
const WORDS = [...new Set(MODELS.flatMap((model) => model.match(/[\w:-]+/g) ?? []))];
const ODD = [
  "__proto__",
  "constructor",
  "",
  "-1",
  "\0",
  "\ud800",
  "&#0;",
  "&lol;",
  "]]>",
  "<![CDATA[",
  "<!--",
  "<?x?>",
  "<a/>",
  "=",
  "${",
  "=1/0",
  "R/PT0S",
  "99999999999",
  "\u{10ffff}",
];

function mutate(text: string, pick: (n: number) => number): string {
  const word = (): string => pick(4) === 0 ? ODD[pick(ODD.length)] : WORDS[pick(WORDS.length)];
  const replaceOne = (pattern: RegExp, by: (found: string) => string): string => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text;
    const match = found[pick(found.length)];
    return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length);
  };
  switch (pick(9)) {
    case 0:
      return replaceOne(/[\w:-]+/g, word);
    case 1:
      return replaceOne(/"[^"]*"/g, () => `"${word()}"`);
    case 2:
      return replaceOne(/<[^>]+>/g, () => "");
    case 3:
      return replaceOne(/<[^>]+\/>/g, (tag) => tag + tag);
    case 4:
      return replaceOne(/<[^>]+>/g, (tag) => tag + MODELS[0].match(/<[^>]+>/g)?.[pick(20)]);
    case 5:
      return replaceOne(/>[^<]+</g, () => `>${word()}<`);
    case 6:
      return replaceOne(/ [\w:]+="[^"]*"/g, () => "");
    case 7:
      return text.slice(0, pick(text.length));
    default: {
      const at = pick(text.length);
      return text.slice(0, at) + word() + text.slice(at + pick(4));
    }
  }
}

async function deployAndStart(engine: Engine, xml: string): Promise<"refused" | "ran"> {
  let keys: readonly string[];
  try {
    keys = (await engine.deploy(xml)).definitions.map(({ key }) => key);
  } catch (error) {
    // Text that does not begin with "<" any more is a path.
    if (!/^\s*</.test(xml) && error instanceof Error && /^Cannot /.test(error.message)) return "refused";
    if (!(error instanceof BpmnValidationError)) throw error;
    assert.ok(
      error.problems.length > 0 && error.problems.every(({ line, column }) => line > 0 && column > 0),
    );
    return "refused";
  }
  for (const key of keys) {
    try {
      const { id } = await engine.start(key, { variables: { x: 2, items: [1] } });
      await engine.run(id, { maxJobs: 50 });
      await engine.positions(id);
      await engine.history(id);
    } catch (error) {
      // No none start event, or several; or a process that goes round and round.
      const endless = error instanceof RangeError && /more than 50 jobs$/.test(error.message);
      if (!(error instanceof RejectedError || endless)) throw error;
    }
  }
  return "ran";
}

Deno.test("mutated models are refused with their problems, or deploy, start and run", async () => {
  const counts = { refused: 0, ran: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const pick = random(seed);
    let xml = MODELS[pick(MODELS.length)];
    for (let n = 1 + pick(4); n > 0; n--) xml = mutate(xml, pick);
    await using engine = await createEngine({
      store: new MemoryStore(),
      handlers: Object.fromEntries(["a", "validate-order"].map((type) => [type, () => {}])),
      logger: silentLogger,
    });
    try {
      counts[await deployAndStart(engine, xml)]++;
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  assert.ok(counts.ran > 50 && counts.refused > 50, JSON.stringify(counts));
});

const PLAIN = bpmn("start -> A -> end");

Deno.test("bombs are refused at once", async () => {
  const script = new URL("deploy_bombs.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", script],
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.ok(success, new TextDecoder().decode(stderr));
  assert.equal(lines.length, Object.keys(BOMBS).length);
  for (const line of lines) {
    // Three times what a file may take: other work slows processors down.
    const { name, megabytes, rules, processorMs } = JSON.parse(line);
    assert.ok(rules.length > 0, `${name}: was accepted`);
    assert.ok(processorMs < 3 * 2_000 * Math.max(1, megabytes), `${name}: ${processorMs} ms of a processor`);
  }
});

onEachStore("ids and names that are too long for an index are refused at deploy", async ({ engine }) => {
  const baton = await engine();
  // Without repetition: a database may compress what it indexes.
  const pick = random(1);
  const long = Array.from({ length: 5_000 }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[pick(36)]).join("");
  const models = {
    "a process": PLAIN.replaceAll('"p"', `"${long}"`),
    "an element": PLAIN.replaceAll('"A"', `"${long}"`),
    "a job type": bpmn("start -> W -> end\nservice W: type=work").replaceAll("work", long),
    "a message": bpmn("start -> C -> end\ncatch C: message=hello key==1").replaceAll("hello", long),
    "a signal": bpmn("start -> C -> end\ncatch C: signal=hello").replaceAll("hello", long),
  };
  for (const [name, xml] of Object.entries(models)) {
    try {
      const { definitions } = await baton.deploy(xml);
      const { id } = await baton.start(definitions[0].key);
      await baton.positions(id);
      assert.fail(`${name} was accepted`);
    } catch (error) {
      assert.ok(
        error instanceof BpmnValidationError || error instanceof RangeError,
        `${name}: ${String(error).slice(0, 300)}`,
      );
    }
  }
});
