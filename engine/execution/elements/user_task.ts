/** User task (BPMN 2.0.2, 10.3.3): work for a person, listed with its assignee and candidates. */
import type { TaskElement } from "../../model/types.ts";
import { enterActivity, startActivity } from "../activities/enter.ts";
import { priority, text, texts } from "../evaluate.ts";
import type { ElementBehavior } from "./behavior.ts";

const DEFAULT_PRIORITY = 50;

export const userTask: ElementBehavior<TaskElement> = {
  enter: enterActivity,
  start: (w, token, node) =>
    startActivity(w, token, node, () => {
      const spec = node.userTask ?? {};
      const task = {
        id: w.newId(),
        elementId: node.id,
        name: node.name,
        assignee: text(w, spec.assignee, token) || undefined,
        candidateUsers: texts(w, spec.candidateUsers, token),
        candidateGroups: texts(w, spec.candidateGroups, token),
        dueDate: text(w, spec.dueDate, token),
        followUpDate: text(w, spec.followUpDate, token),
        priority: priority(w, spec.priority, token) ?? DEFAULT_PRIORITY,
        formKey: text(w, spec.formKey, token),
      };
      w.effects.openUserTasks.push(task);
      w.setTask(token, task.id);
      token.wait = "user";
    }),
};
