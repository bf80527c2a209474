import { command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { ExitError } from "../failure.ts";
import { loadHandlers } from "../handler_module.ts";
import { wholeNumber } from "../input.ts";
import { printRunResult } from "../run_result.ts";

const HANDLERS = { flags: "--handlers <file>", description: "the module with the handlers (see worker)" };

interface StepFlags {
  readonly handlers?: string;
  readonly check?: boolean;
}

/** Moves each token once. */
export const step = command<StepFlags>({
  name: "step",
  group: "Instances:",
  summary: "move each active token of an instance once",
  details:
    "A task where a token stands runs its handler, here, under a lease of its own: no worker runs it too. " +
    "Exit code 4 if nothing can move.",
  arguments: [{ name: "<ID>", description: "the instance" }],
  options: [HANDLERS, { flags: "--check", description: "only say whether anything would move" }],
  examples: [
    ["start order --manual --db kv:orders.kv", "start without moving; it prints the id"],
    ["step 42 --handlers ./handlers.ts --db kv:orders.kv", "then, wave by wave"],
  ],
  async run(session, [id], { handlers, check }) {
    const engine = await session.engine(handlers === undefined ? undefined : await loadHandlers(handlers));
    const able = await engine.canStep(id);
    if (check) {
      session.print({ id, canStep: able }, () => session.say(able ? "yes" : "no"));
      return able ? EXIT.ok : EXIT.refused;
    }
    if (!able) {
      const { status } = await engine.getInstance(id);
      throw new ExitError(
        EXIT.refused,
        status === "running"
          ? `Cannot step instance "${id}": nothing can move here; show ${id} says what it waits for`
          : `Cannot step instance "${id}": it is ${status}`,
      );
    }
    return await printRunResult(session, engine, id, await engine.step(id));
  },
});

interface RunFlags {
  readonly handlers?: string;
  readonly maxJobs?: number;
}

/** Runs an instance here. */
export const run = command<RunFlags>({
  name: "run",
  group: "Instances:",
  summary: "run an instance here until it waits or ends",
  details:
    "For tests and small things; many instances want a worker. Exit code 1 if it failed or has incidents.",
  arguments: [{ name: "<ID>", description: "the instance" }],
  options: [
    HANDLERS,
    {
      flags: "--max-jobs <n>",
      description: "give up after so many tasks (default: 100000)",
      parse: wholeNumber(1),
    },
  ],
  examples: [["run 42 --handlers ./handlers.ts --db kv:orders.kv", "do all its tasks in this process"]],
  async run(session, [id], { handlers, maxJobs }) {
    const engine = await session.engine(handlers === undefined ? undefined : await loadHandlers(handlers));
    const result = await engine.run(id, { ...(maxJobs !== undefined && { maxJobs }) });
    return await printRunResult(session, engine, id, result);
  },
});
