import type { StartedInstance } from "../../runtime/api.ts";
import { command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { loadHandlers } from "../handler_module.ts";
import { nameAndValue, readVariables, type VariableOptions, wholeNumber } from "../input.ts";
import { printRunResult, statusText } from "../run_result.ts";
import { printable } from "../text.ts";

interface Flags extends VariableOptions {
  readonly version?: number;
  readonly versionTag?: string;
  readonly businessKey?: string;
  readonly unique?: boolean;
  readonly initiator?: string;
  readonly manual?: boolean;
  readonly startEvent?: string;
  readonly count?: number;
  readonly deploy?: string;
  readonly run?: boolean;
  readonly handlers?: string;
}

/** Instances whose start commits share round trips. */
const AT_ONCE = 64;

/** Starts instances. */
export const start = command<Flags>({
  name: "start",
  group: "Instances:",
  summary: "start an instance, and run it to its first waits",
  details: "Tasks are then done by workers, or here with --run.",
  arguments: [{ name: "<KEY>", description: "the process's id in its file" }],
  options: [
    { flags: "--vars <json>", description: "variables: a JSON object, @FILE, or @- for standard input" },
    {
      flags: "--var <name=value>",
      description: "one variable; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    { flags: "--version <n>", description: "this version (default: the latest)", parse: wholeNumber(1) },
    { flags: "--version-tag <tag>", description: "the latest version with this tag" },
    { flags: "--business-key <key>", description: "your own name for the instance, such as an order number" },
    {
      flags: "--unique",
      description: "if an instance has this business key, print that one and start nothing",
    },
    {
      flags: "--initiator <name>",
      description: "who starts it, for the variable that camunda:initiator names",
    },
    { flags: "--manual", description: "stay on the start event, to be moved with step" },
    { flags: "--start-event <id>", description: "which start event, if there are several" },
    { flags: "--count <n>", description: "start this many", parse: wholeNumber(1) },
    { flags: "--deploy <file>", description: "deploy this file first" },
    { flags: "--run", description: "do its tasks here, with --handlers" },
    { flags: "--handlers <file>", description: "the module with the handlers" },
  ],
  examples: [
    [`start order --vars '{"total":12}' --db kv:orders.kv`, "start the latest version"],
    [
      "start order --business-key A-17 --unique --vars @order.json --db kv:orders.kv",
      "start order A-17 once",
    ],
    [
      "start order --deploy order.bpmn --run --handlers ./handlers.ts --db memory:",
      "try it, and keep nothing",
    ],
  ],
  async run(session, [key], flags) {
    if (flags.unique && flags.businessKey === undefined) {
      throw new UsageError("Cannot use --unique: it needs --business-key");
    }
    if (flags.handlers !== undefined && !flags.run) {
      throw new UsageError("Cannot use --handlers: it needs --run");
    }
    if (flags.run && (flags.count ?? 1) > 1) {
      throw new UsageError("Cannot use --run with --count: start a worker");
    }
    const variables = await readVariables(session.terminal, flags);
    const module = flags.handlers === undefined ? undefined : await loadHandlers(flags.handlers);
    const engine = await session.engine(module);
    if (flags.deploy !== undefined) await engine.deploy(flags.deploy);
    const begin = (): Promise<StartedInstance> =>
      engine.start(key, {
        ...(variables !== undefined && { variables }),
        ...(flags.version !== undefined && { version: flags.version }),
        ...(flags.versionTag !== undefined && { versionTag: flags.versionTag }),
        ...(flags.businessKey !== undefined && { businessKey: flags.businessKey }),
        ...(flags.unique && { uniqueBusinessKey: true }),
        ...(flags.initiator !== undefined && { initiator: flags.initiator }),
        ...(flags.manual && { manual: true }),
        ...(flags.startEvent !== undefined && { startEvent: flags.startEvent }),
      });
    if (flags.count !== undefined) {
      const started: StartedInstance[] = [];
      const progress = session.progress("start", flags.count);
      while (started.length < flags.count) {
        const batch = Math.min(AT_ONCE, flags.count - started.length);
        started.push(...await Promise.all(Array.from({ length: batch }, begin)));
        progress.update(started.length);
      }
      progress.end();
      session.print(
        { items: started },
        () => session.say(`Started ${started.length} instances of ${printable(key)}`),
      );
      return;
    }
    const instance = await begin();
    if (flags.run) return await printRunResult(session, engine, instance.id, await engine.run(instance.id));
    session.print(instance, () => {
      const verb = instance.created ? "Started" : "Found";
      session.say(
        `${verb} instance ${
          session.paint("bold", instance.id)
        } of ${instance.key} version ${instance.version}: ` +
          statusText(session, instance.status),
      );
    });
    return instance.status === "failed" ? EXIT.failed : EXIT.ok;
  },
});
