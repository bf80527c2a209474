/** Work for people. */
import type { Page, UserTask, UserTaskChange, UserTaskQuery } from "../storage/store.ts";
import type { JoinOptions, VariableValues } from "./api.ts";
import { pending } from "./pending.ts";

/** User tasks: list, claim, unclaim, update, complete. */
export class UserTasksApi {
  /** @throws {NotFoundError} */
  get(_id: string): Promise<UserTask> {
    return pending("userTasks.get");
  }
  /** Highest priority first, then oldest; open ones unless another status is asked for. */
  list(_query: Omit<UserTaskQuery, "tenant"> = {}): Promise<Page<UserTask>> {
    return pending("userTasks.list");
  }
  /**
   * Makes a person the assignee.
   *
   * @throws {RejectedError} `already-claimed` if someone else is; `no-such-task` if it is not open.
   */
  claim(_id: string, _user: string): Promise<UserTask> {
    return pending("userTasks.claim");
  }
  /** Takes the assignee away. @throws {RejectedError} `no-such-task` if it is not open. */
  unclaim(_id: string): Promise<UserTask> {
    return pending("userTasks.unclaim");
  }
  /** @throws {ConflictError} If `revision` is given and someone changed the task meanwhile. */
  update(
    _id: string,
    _change: UserTaskChange,
    _options: { readonly revision?: number } = {},
  ): Promise<UserTask> {
    return pending("userTasks.update");
  }
  /** The work is done: the instance goes on. @throws {RejectedError} `no-such-task` if it is not open. */
  complete(_id: string, _variables: VariableValues = {}, _options: JoinOptions = {}): Promise<void> {
    return pending("userTasks.complete");
  }
  /** Ends the task with a BPMN error. */
  throwError(
    _id: string,
    _code: string,
    _options: { readonly message?: string; readonly variables?: VariableValues } = {},
  ): Promise<void> {
    return pending("userTasks.throwError");
  }
  /** Throws an escalation from the task. */
  throwEscalation(
    _id: string,
    _code: string,
    _options: { readonly variables?: VariableValues } = {},
  ): Promise<void> {
    return pending("userTasks.throwEscalation");
  }
}
