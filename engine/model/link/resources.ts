/** Reads resource roles of user tasks (BPMN 2.0.2, 10.3.1 Resource Assignment, 10.3.4 Human Performers). */
import type { Expression } from "../../expression/types.ts";
import { isBpmn, type XmlElement } from "../document.ts";
import type { UserTaskSpec } from "../types.ts";
import { child, type LinkContext } from "./context.ts";
import { literal } from "./values.ts";

/**
 * Reads who performs a task: a human performer is the assignee; potential owners are candidate groups, or users when
 * written `user(name)`.
 */
export function resourceRoles(context: LinkContext, xml: XmlElement): UserTaskSpec {
  let assignee: Expression | undefined;
  const users: string[] = [];
  const groups: string[] = [];
  let computed: Expression | undefined;
  for (const role of xml.children) {
    if (!isBpmn(role, "humanPerformer", "performer", "potentialOwner")) continue;
    const value = roleValue(context, role);
    if (!value) continue;
    if (role.name !== "potentialOwner") {
      assignee ??= value;
      continue;
    }
    if (!value.constant) {
      computed ??= value;
      continue;
    }
    for (const part of value.text.split(",").map((p) => p.trim()).filter((p) => p !== "")) {
      const named = /^(user|group)\((.*)\)$/.exec(part);
      (named?.[1] === "user" ? users : groups).push(named ? named[2].trim() : part);
    }
  }
  const candidateGroups = computed ?? (groups.length > 0 ? literal(groups.join(",")) : undefined);
  return {
    ...(assignee ? { assignee } : {}),
    ...(users.length > 0 ? { candidateUsers: literal(users.join(",")) } : {}),
    ...(candidateGroups ? { candidateGroups } : {}),
  };
}

function roleValue(context: LinkContext, role: XmlElement): Expression | undefined {
  const assignment = child(role, "resourceAssignmentExpression");
  const expression = assignment && (child(assignment, "formalExpression") ?? child(assignment, "expression"));
  const assigned = context.content(expression, "text");
  if (assigned) return assigned;
  const resource = context.attributeReference(role, "resourceRef", "resource");
  const name = resource?.attributes.get("name")?.trim() || resource?.id ||
    role.attributes.get("name")?.trim();
  return name ? literal(name) : undefined;
}
