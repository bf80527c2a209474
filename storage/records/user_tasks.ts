/** Work of people. */
import type { NewUserTask } from "../../engine/mod.ts";

/** Work for a person, as stored. */
export interface UserTask extends NewUserTask {
  /** The instance's tenant. */
  readonly tenant: string;
  /** The instance that waits for it. */
  readonly instanceId: string;
  /** The process id in the file. */
  readonly processKey: string;
  /** Completed and cancelled ones stay as they are. */
  readonly status: "open" | "completed" | "cancelled";
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  /** Milliseconds since 1970 UTC; absent while open. */
  readonly endedAt?: number;
  /** 1 at first, one more at every change: the fence of {@link Store.updateUserTask}. */
  readonly revision: number;
}

/** The fields of a user task that people may change. `null` clears. */
export interface UserTaskChange {
  /** The one person who has it. */
  readonly assignee?: string | null;
  /** All of them anew: people who may claim it. */
  readonly candidateUsers?: readonly string[];
  /** All of them anew: groups whose members may claim it. */
  readonly candidateGroups?: readonly string[];
  /** ISO 8601. */
  readonly dueDate?: string | null;
  /** ISO 8601: when to look at it again. */
  readonly followUpDate?: string | null;
  /** Whole number, higher is more urgent; the core's default is 50. */
  readonly priority?: number;
  /** The form to show; opaque to the engine. */
  readonly formKey?: string | null;
}

/** Which user tasks to list; highest priority first, then oldest. */
export interface UserTaskQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only tasks of this instance. */
  readonly instanceId?: string;
  /** Only tasks of this process, of all its versions. */
  readonly processKey?: string;
  /** Only tasks of this element. */
  readonly elementId?: string;
  /** Only tasks of this person. */
  readonly assignee?: string;
  /** True: only those without an assignee. */
  readonly unassigned?: boolean;
  /** Only tasks that name this person as a candidate; groups are not looked at. */
  readonly candidateUser?: string;
  /** Any of them. */
  readonly candidateGroups?: readonly string[];
  /** ISO 8601; inclusive. */
  readonly dueBefore?: string;
  /** ISO 8601; inclusive. */
  readonly followUpBefore?: string;
  /** Default `open`. */
  readonly status?: "open" | "completed" | "cancelled";
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}
