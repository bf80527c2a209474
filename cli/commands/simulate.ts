import type { SimulatedAnswer, SimulateOptions } from "../../runtime/api.ts";
import { MemoryStore } from "../../storage/memory.ts";
import { command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { formatValue } from "../format.ts";
import {
  nameAndText,
  nameAndValue,
  pointInTime,
  readObject,
  readVariables,
  type VariableOptions,
} from "../input.ts";
import { positionTable } from "../positions.ts";
import { statusText } from "../run_result.ts";
import { printable } from "../text.ts";

interface Flags extends VariableOptions {
  readonly process?: string;
  readonly startEvent?: string;
  readonly key?: string;
  readonly version?: number;
  readonly instance?: string;
  readonly answer?: readonly (readonly [string, unknown])[];
  readonly error?: readonly (readonly [string, string])[];
  readonly wait?: readonly string[];
  readonly choose?: readonly (readonly [string, string])[];
  readonly plan?: string;
  readonly events: boolean;
  readonly at?: number;
}

/** Runs a process without doing anything. */
export const simulate = command<Flags>({
  name: "simulate",
  group: "Without a database:",
  summary: "show which way a process would take; no handler is called, nothing is stored",
  details:
    "The engine itself runs. Tasks complete without results unless you answer for them. With --key or " +
    "--instance, a deployed process or a running instance of --db is simulated. Exit code 1 if it would stop " +
    "with an incident.",
  arguments: [{ name: "[FILE]", description: "a BPMN file" }],
  options: [
    { flags: "--vars <json>", description: "variables at the start: a JSON object, @FILE, or @-" },
    {
      flags: "--var <name=value>",
      description: "one variable; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    {
      flags: "--answer <element=json>",
      description: "results of a task, an object of variables; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    {
      flags: "--error <element=code>",
      description: "end a task with a BPMN error",
      parse: nameAndText,
      repeat: true,
    },
    { flags: "--wait <element>", description: "stop at this task; may be repeated", repeat: true },
    {
      flags: "--choose <gateway=flow>",
      description: "take this flow, whatever its condition says; may be repeated",
      parse: nameAndText,
      repeat: true,
    },
    { flags: "--plan <json>", description: `all at once: {"answers":{…},"choices":{…}}, or @FILE` },
    { flags: "--no-events", description: "do not fire timers, messages and signals by themselves" },
    { flags: "--process <id>", description: "which process of a file with several" },
    { flags: "--start-event <id>", description: "which start event" },
    { flags: "--key <key>", description: "a deployed process instead of a file" },
    { flags: "--instance <id>", description: "a running instance, from where it stands" },
    { flags: "--at <time>", description: "when it starts: ISO time (default: now)", parse: pointInTime },
  ],
  examples: [
    ["simulate order.bpmn", "the way it takes when every task succeeds"],
    [`simulate order.bpmn --var total=1200 --answer check='{"ok":false}'`, "what if the check says no"],
    ["simulate order.bpmn --error charge=CARD_DECLINED", "what if the card is declined"],
    ["simulate order.bpmn --choose decision=to-reject", "force a branch"],
  ],
  async run(session, [file], flags) {
    const targets = [file, flags.key, flags.instance].filter((value) => value !== undefined);
    if (targets.length !== 1) {
      throw new UsageError("Cannot simulate: give a FILE, --key or --instance, one of them");
    }
    const options = await optionsOf(flags, session.terminal);
    const engine = file === undefined ? await session.engine() : await session.engineOver(new MemoryStore());
    try {
      const target = file ??
        (flags.key !== undefined
          ? { definitionId: (await engine.findDefinition(flags.key)).id }
          : { instanceId: flags.instance ?? "" });
      const result = await engine.simulate(target, options);
      session.print(result, () => {
        session.table(result.path, [
          { title: "#", value: (s) => s.sequence, align: "right" },
          { title: "ELEMENT", value: (s) => s.elementId, shrinkTo: 16 },
          { title: "TYPE", value: (s) => s.elementType },
          {
            title: "STATUS",
            value: (s) => s.status,
            style: (cell, s) => statusText(session, s.status, cell),
          },
          { title: "NOTE", value: (s) => s.error, shrinkTo: 20 },
        ]);
        session.say(`\nThe instance would be ${statusText(session, result.status)}`);
        if (result.positions.length > 0) positionTable(session, result.positions);
        for (const [name, value] of Object.entries(result.variables)) {
          session.say(`  ${printable(name)} = ${formatValue(value)}`);
        }
        for (const { elementId, kind, message } of result.incidents) {
          session.say(
            `${session.paint("red", "incident")} ${printable(elementId)}: ${printable(message)} [${kind}]`,
          );
        }
      });
      return result.incidents.length > 0 || result.status === "failed" ? EXIT.failed : EXIT.ok;
    } finally {
      if (file !== undefined) await engine.close();
    }
  },
});

async function optionsOf(flags: Flags, terminal: Parameters<typeof readObject>[0]): Promise<SimulateOptions> {
  const plan = flags.plan === undefined ? {} : await readObject(terminal, flags.plan, "--plan");
  const answers: Record<string, SimulatedAnswer | SimulatedAnswer[]> = {};
  for (const [element, variables] of flags.answer ?? []) {
    if (typeof variables !== "object" || variables === null || Array.isArray(variables)) {
      throw new UsageError(
        `Cannot answer for "${element}": a JSON object is needed, such as ${element}={"ok":true}`,
      );
    }
    add(answers, element, { variables: variables as Record<string, unknown> });
  }
  for (const [element, errorCode] of flags.error ?? []) add(answers, element, { errorCode });
  for (const element of flags.wait ?? []) add(answers, element, { wait: true });
  const choices: Record<string, string | string[]> = {};
  for (const [gateway, flow] of flags.choose ?? []) add(choices, gateway, flow);
  const variables = await readVariables(terminal, flags);
  return {
    ...(variables !== undefined && { variables }),
    ...(flags.process !== undefined && { process: flags.process }),
    ...(flags.startEvent !== undefined && { startEvent: flags.startEvent }),
    ...(flags.at !== undefined && { at: flags.at }),
    fireEvents: flags.events,
    answers: { ...(plan.answers as SimulateOptions["answers"]), ...answers },
    choices: { ...(plan.choices as SimulateOptions["choices"]), ...choices },
  };
}

/** A second answer for the same element is for its second visit. */
function add<T>(record: Record<string, T | T[]>, key: string, value: T): void {
  const before = record[key];
  record[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
}
