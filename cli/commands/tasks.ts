/** Work for people. */
import type { UserTask } from "../../storage/store.ts";
import { command, PAGE_OPTIONS, type PageOptions } from "../command.ts";
import { UsageError } from "../failure.ts";
import { formatTime } from "../format.ts";
import { nameAndValue, readVariables, type VariableOptions } from "../input.ts";
import { printable } from "../text.ts";

const STATUSES = ["open", "completed", "cancelled"] as const;
const TASK = [{ name: "<TASK>", description: "the task's id, as tasks prints it" }];

interface ListFlags extends PageOptions {
  readonly instance?: string;
  readonly key?: string;
  readonly element?: string;
  readonly assignee?: string;
  readonly unassigned?: boolean;
  readonly user?: string;
  readonly group?: readonly string[];
  readonly dueBefore?: string;
  readonly followUpBefore?: string;
  readonly status?: UserTask["status"];
}

/** Lists user tasks. */
export const tasks = command<ListFlags>({
  name: "tasks",
  group: "People's tasks:",
  summary: "list user tasks, highest priority first, then oldest",
  options: [
    { flags: "--assignee <user>", description: "of this user" },
    { flags: "--unassigned", description: "of nobody yet" },
    { flags: "--user <user>", description: "that this user is a candidate for" },
    {
      flags: "--group <group>",
      description: "that a group is a candidate for; may be repeated",
      repeat: true,
    },
    { flags: "--instance <id>", description: "of this instance" },
    { flags: "--key <key>", description: "of this process" },
    { flags: "--element <id>", description: "of this element" },
    { flags: "--due-before <time>", description: "due then or before: ISO time" },
    { flags: "--follow-up-before <time>", description: "to be followed up then or before: ISO time" },
    { flags: "--status <status>", description: "default: open", choices: STATUSES },
    ...PAGE_OPTIONS,
  ],
  examples: [
    ["tasks --group sales --unassigned --db kv:orders.kv", "what the sales group could take"],
    ["tasks --assignee ada --due-before 2026-12-01 --db kv:orders.kv", "what Ada should do soon"],
  ],
  async run(session, _args, flags) {
    const engine = await session.engine();
    const page = await engine.userTasks.list({
      ...(flags.instance !== undefined && { instanceId: flags.instance }),
      ...(flags.key !== undefined && { processKey: flags.key }),
      ...(flags.element !== undefined && { elementId: flags.element }),
      ...(flags.assignee !== undefined && { assignee: flags.assignee }),
      ...(flags.unassigned && { unassigned: true }),
      ...(flags.user !== undefined && { candidateUser: flags.user }),
      ...(flags.group !== undefined && { candidateGroups: flags.group }),
      ...(flags.dueBefore !== undefined && { dueBefore: flags.dueBefore }),
      ...(flags.followUpBefore !== undefined && { followUpBefore: flags.followUpBefore }),
      ...(flags.status !== undefined && { status: flags.status }),
      ...(flags.take !== undefined && { take: flags.take }),
      ...(flags.cursor !== undefined && { cursor: flags.cursor }),
    });
    session.page<UserTask>(page, [
      { title: "TASK", value: (t) => t.id },
      { title: "NAME", value: (t) => t.name ?? t.elementId, shrinkTo: 12 },
      { title: "PROCESS", value: (t) => t.processKey, shrinkTo: 12 },
      { title: "INSTANCE", value: (t) => t.instanceId },
      { title: "ASSIGNEE", value: (t) => t.assignee, shrinkTo: 8 },
      {
        title: "CANDIDATES",
        value: (t) => [...t.candidateUsers, ...t.candidateGroups].join(", "),
        shrinkTo: 12,
      },
      { title: "DUE", value: (t) => t.dueDate },
      { title: "PRIORITY", optional: true, value: (t) => t.priority, align: "right" },
      { title: "SINCE", optional: true, value: (t) => formatTime(t.createdAt) },
    ], "No tasks");
  },
});

/** Gives a task to a person. */
export const claim = command<{ readonly user?: string }>({
  name: "claim",
  group: "People's tasks:",
  summary: "make a person the assignee of a task",
  arguments: TASK,
  options: [{ flags: "--user <user>", description: "who takes it" }],
  examples: [["claim 77 --user ada --db kv:orders.kv", "refused if someone else has it"]],
  async run(session, [id], { user }) {
    if (user === undefined) throw new UsageError("Cannot claim a task: give --user");
    const task = await (await session.engine()).userTasks.claim(id, user);
    session.print(task, () => session.say(`Task ${id} is ${printable(user)}'s`));
  },
});

/** Takes the assignee away. */
export const unclaim = command({
  name: "unclaim",
  group: "People's tasks:",
  summary: "take the assignee of a task away",
  arguments: TASK,
  examples: [["unclaim 77 --db kv:orders.kv", "anybody may claim it again"]],
  async run(session, [id]) {
    const task = await (await session.engine()).userTasks.unclaim(id);
    session.print(task, () => session.say(`Task ${id} is nobody's`));
  },
});

interface CompleteFlags extends VariableOptions {
  readonly error?: string;
  readonly escalation?: string;
  readonly message?: string;
}

/** Ends a task. */
export const complete = command<CompleteFlags>({
  name: "complete",
  group: "People's tasks:",
  summary: "complete a user task: the instance goes on",
  arguments: TASK,
  options: [
    { flags: "--vars <json>", description: "results: a JSON object, @FILE, or @-" },
    {
      flags: "--var <name=value>",
      description: "one result; may be repeated",
      parse: nameAndValue,
      repeat: true,
    },
    { flags: "--error <code>", description: "end it with this BPMN error instead" },
    { flags: "--escalation <code>", description: "throw this escalation instead" },
    { flags: "--message <text>", description: "goes with the error" },
  ],
  examples: [
    ["complete 77 --var approved=true --db kv:orders.kv", "done, with a result"],
    ["complete 77 --error REFUSED --db kv:orders.kv", "for an error boundary event to catch"],
  ],
  async run(session, [id], { error, escalation, message, ...flags }) {
    if (error !== undefined && escalation !== undefined) {
      throw new UsageError("Cannot end a task with both --error and --escalation");
    }
    const variables = await readVariables(session.terminal, flags);
    const { userTasks } = await session.engine();
    const given = variables === undefined ? {} : { variables };
    if (error !== undefined) {
      await userTasks.throwError(id, error, { ...given, ...(message !== undefined && { message }) });
    } else if (escalation !== undefined) await userTasks.throwEscalation(id, escalation, given);
    else await userTasks.complete(id, variables);
    const how = error !== undefined
      ? `ended with error ${error}`
      : escalation !== undefined
      ? `threw escalation ${escalation}`
      : "is completed";
    session.print({ id, error, escalation }, () => session.say(`Task ${id} ${printable(how)}`));
  },
});
