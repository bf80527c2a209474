/** Commands that change the life or the variables of instances. */
import { command } from "../command.ts";
import type { ExitCode } from "../exit_codes.ts";
import { describeFailure, UsageError } from "../failure.ts";
import { nameAndValue, readVariables, type VariableOptions, wholeNumber } from "../input.ts";
import type { Session } from "../session.ts";
import { printable } from "../text.ts";

const IDS = [{ name: "<ID...>", description: "instances" }];

/** Does the same to many instances; one that refuses does not keep the others from it. */
async function each(
  session: Session,
  ids: readonly string[],
  words: { readonly label: string; readonly done: string },
  act: (id: string) => Promise<void>,
): Promise<ExitCode> {
  const results: { id: string; done: boolean; error?: { code: string; message: string } }[] = [];
  let worst: ExitCode = 0;
  const progress = session.progress(words.label, ids.length);
  for (const id of ids) {
    try {
      await act(id);
      results.push({ id, done: true });
      if (!session.json) progress.clear();
      if (!session.json) session.say(`${words.done} instance ${id}`);
    } catch (error) {
      const { exitCode, code, message } = describeFailure(error);
      worst = exitCode;
      results.push({ id, done: false, error: { code, message } });
      progress.clear();
      if (!session.json) session.fail(error);
    }
    progress.step();
  }
  progress.end();
  if (session.json) session.printJson({ items: results });
  return worst;
}

interface CancelFlags {
  readonly reason?: string;
  readonly failed?: boolean;
}

/** Ends instances. */
export const cancel = command<CancelFlags>({
  name: "cancel",
  group: "Instances:",
  summary: "end instances, and what they called",
  arguments: IDS,
  options: [
    { flags: "--reason <text>", description: "kept with the instance" },
    { flags: "--failed", description: "mark as failed instead of cancelled" },
  ],
  examples: [
    [`cancel 42 --reason "Customer changed her mind" --db kv:orders.kv`, "end one"],
    ["cancel 42 43 44 --failed --db kv:orders.kv", "end several as failed"],
  ],
  async run(session, ids, { reason, failed }) {
    const engine = await session.engine();
    return await each(
      session,
      ids,
      { label: "cancel", done: failed ? "Failed" : "Cancelled" },
      (id) => failed ? engine.fail(id, reason) : engine.cancel(id, reason),
    );
  },
});

/** Holds instances. */
export const suspend = command({
  name: "suspend",
  group: "Instances:",
  summary: "hold all jobs and timers of instances until resume",
  arguments: IDS,
  examples: [["suspend 42 --db kv:orders.kv", "nothing of it runs until resume 42"]],
  async run(session, ids) {
    const engine = await session.engine();
    return await each(session, ids, { label: "suspend", done: "Suspended" }, (id) => engine.suspend(id));
  },
});

/** Lets instances go on. */
export const resume = command({
  name: "resume",
  group: "Instances:",
  summary: "let suspended instances go on",
  arguments: IDS,
  examples: [["resume 42 --db kv:orders.kv", "what was due meanwhile runs now"]],
  async run(session, ids) {
    const engine = await session.engine();
    return await each(session, ids, { label: "resume", done: "Resumed" }, (id) => engine.resume(id));
  },
});

interface SetFlags extends VariableOptions {
  readonly scope?: number;
  readonly local?: boolean;
}

/** Writes variables. */
export const set = command<SetFlags>({
  name: "set",
  group: "Instances:",
  summary: "write variables of a running instance",
  details: "Conditional events react to it.",
  arguments: [{ name: "<ID>", description: "the instance" }],
  options: [
    { flags: "--vars <json>", description: "a JSON object, @FILE, or @- for standard input" },
    {
      flags: "--var <name=value>",
      description: "one variable; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    { flags: "--scope <token>", description: "as this token sees them (see show)", parse: wholeNumber() },
    { flags: "--local", description: "into exactly that scope" },
  ],
  examples: [["set 42 --var approved=true --db kv:orders.kv", "write one variable"]],
  async run(session, [id], { scope, local, ...flags }) {
    const variables = await readVariables(session.terminal, flags);
    if (variables === undefined) {
      throw new UsageError("Cannot set variables: give --var name=value or --vars JSON");
    }
    const engine = await session.engine();
    await engine.setVariables(id, variables, {
      ...(scope !== undefined && { scope }),
      ...(local && { local }),
    });
    const names = Object.keys(variables);
    session.print(
      { id, set: names },
      () => session.say(`Set ${printable(names.join(", "))} of instance ${id}`),
    );
  },
});
