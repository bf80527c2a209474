/** Work for people. */
import type { Command } from "../engine/mod.ts";
import {
  ConflictError,
  NotFoundError,
  type Page,
  type UserTask,
  type UserTaskChange,
  type UserTaskQuery,
} from "../storage/store.ts";
import type { JoinOptions, VariableValues } from "./api.ts";
import { checkArgument, checkOptions, findsNothing, isId } from "./arguments.ts";
import { command } from "./commands.ts";
import { RejectedError } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import { JOIN, TASK_CHANGE, TASKS, THROW } from "./shapes.ts";
import { takeVariables } from "./values.ts";

/** Changes that come between reading and writing are met by reading again, this often. */
const UPDATE_TRIES = 10;

/** User tasks: list, claim, unclaim, update, complete. */
export class UserTasksApi {
  readonly #runtime: Runtime;
  readonly #tenant: string;

  /** Part of an engine. */
  constructor(runtime: Runtime, tenant: string) {
    this.#runtime = runtime;
    this.#tenant = tenant;
  }

  /**
   * One task, open or not.
   *
   * @throws {NotFoundError}
   */
  async get(id: string): Promise<UserTask> {
    const task = isId(id) ? await this.#runtime.store.getUserTask(id) : undefined;
    if (!task || task.tenant !== this.#tenant) {
      throw new NotFoundError(`Cannot find user task "${id}": there is none`);
    }
    return task;
  }

  /** Highest priority first, then oldest; open ones unless another status is asked for. */
  async list(query: Omit<UserTaskQuery, "tenant"> = {}): Promise<Page<UserTask>> {
    checkOptions(query, TASKS, "query");
    if (findsNothing(query, "instanceId")) return { items: [] };
    return await this.#runtime.store.listUserTasks({ ...query, tenant: this.#tenant });
  }

  /**
   * Makes a person the assignee.
   *
   * @throws {RejectedError} `already-claimed` if someone else is; `no-such-task` if it is not open.
   */
  async claim(id: string, user: string): Promise<UserTask> {
    checkArgument(user, "name", "user");
    return await this.#change(id, (task) => {
      if (task.assignee === user) return undefined;
      if (task.assignee === undefined) return { assignee: user };
      throw new RejectedError({
        code: "already-claimed",
        message: `Cannot claim user task "${id}": "${task.assignee}" has it`,
      });
    });
  }

  /** Takes the assignee away. @throws {RejectedError} `no-such-task` if it is not open. */
  unclaim(id: string): Promise<UserTask> {
    return this.#change(id, (task) => task.assignee === undefined ? undefined : { assignee: null });
  }

  /**
   * Changes what people may change.
   *
   * @throws {ConflictError} If `revision` is given and someone changed the task meanwhile.
   */
  async update(
    id: string,
    change: UserTaskChange,
    options: { readonly revision?: number } = {},
  ): Promise<UserTask> {
    checkOptions(change, TASK_CHANGE, "change");
    checkOptions(options, { revision: "small" });
    return await this.#change(id, () => change, options.revision);
  }

  /** The work is done: the instance goes on. @throws {RejectedError} `no-such-task` if it is not open. */
  async complete(id: string, variables: VariableValues = {}, options: JoinOptions = {}): Promise<void> {
    checkOptions(options, JOIN);
    await this.#command(
      id,
      { kind: "completeUserTask", taskId: id, variables: takeVariables(variables) },
      options,
    );
  }

  /** Ends the task with a BPMN error. */
  async throwError(
    id: string,
    code: string,
    options: { readonly message?: string; readonly variables?: VariableValues } = {},
  ): Promise<void> {
    checkArgument(code, "name", "code");
    checkOptions(options, THROW);
    const { message } = options;
    const variables = takeVariables(options.variables);
    await this.#command(id, {
      kind: "throwFromUserTask",
      taskId: id,
      throws: "error",
      code,
      message,
      variables,
    });
  }

  /** Throws an escalation from the task. */
  async throwEscalation(
    id: string,
    code: string,
    options: { readonly variables?: VariableValues } = {},
  ): Promise<void> {
    checkArgument(code, "name", "code");
    checkOptions(options, THROW);
    const variables = takeVariables(options.variables);
    await this.#command(id, { kind: "throwFromUserTask", taskId: id, throws: "escalation", code, variables });
  }

  async #command(id: string, what: Command, options: JoinOptions = {}): Promise<void> {
    const task = await this.#open(id);
    await command(this.#runtime, this.#tenant, task.instanceId, what, options);
  }

  async #open(id: string): Promise<UserTask> {
    const task = await this.get(id);
    if (task.status === "open") return task;
    throw noSuchTask(id, task.status);
  }

  /** @param change What to write; nothing, if the task is so already: a repeat writes nothing. */
  async #change(
    id: string,
    change: (task: UserTask) => UserTaskChange | undefined,
    revision?: number,
  ): Promise<UserTask> {
    for (let tries = 0; tries < UPDATE_TRIES; tries++) {
      const task = await this.#open(id);
      if (revision !== undefined && task.revision !== revision) break;
      const what = change(task);
      if (!what) return task;
      const changed = await this.#runtime.store.updateUserTask(id, task.revision, what);
      if (changed) return changed;
    }
    throw new ConflictError(`Cannot change user task "${id}": someone else has changed it`);
  }
}

function noSuchTask(id: string, status: string): RejectedError {
  return new RejectedError({
    code: "no-such-task",
    message: `Cannot use user task "${id}": it is ${status}`,
  });
}
