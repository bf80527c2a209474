/** What only the store itself can see: rows that do not go together. */
import type { AuditFinding, Store } from "../../storage/store.ts";
import { count } from "../format.ts";
import { type Finding, Group, type Severity } from "./finding.ts";

interface Told {
  readonly check: string;
  readonly severity: Severity;
  readonly says: (n: number) => string;
  readonly advice: string;
}

const KINDS: Readonly<Record<AuditFinding["kind"], Told>> = {
  "message-left": {
    check: "message-left",
    severity: "warning",
    says: (n) => `${count(n, "message")} expired over an hour ago and not deleted`,
    advice:
      "Nobody gets them any more. Start a worker: it deletes them. If one runs, the jobs that would have " +
      "done so were deleted by hand: delete these messages, too",
  },
  "variable-left": {
    check: "instance-unknown-variable",
    severity: "error",
    says: (n) => `${count(n, "instance")} found by a variable that they do not have`,
    advice:
      "The database was changed by hand, or a backup is of several moments. set writes any variable of theirs, " +
      "and all that they are found by with it; of instances that are not there, delete the rows of variables_index",
  },
  "status-list": {
    check: "instance-listed-wrongly",
    severity: "error",
    says: (n) => `${count(n, "instance")} listed under a status that they do not have, or not listed`,
    advice:
      "Their status was changed by hand, or a backup is of several moments. While no worker runs, in one " +
      "transaction: delete from baton.not_completed; insert into baton.not_completed (tenant, status, started_at, " +
      "instance_id) select tenant, status, started_at, id from baton.instances where status <> 'completed'",
  },
  "index-lost": {
    check: "index-lost",
    severity: "error",
    says: (n) =>
      `${count(n, "row")} that an index does not find: a job that no worker sees, a task in no list`,
    advice: "The file was changed by hand, or is damaged: restore a backup",
  },
  "index-left": {
    check: "index-left",
    severity: "warning",
    says: (n) => `${count(n, "row")} to which an index leads although it is not there, or stands elsewhere`,
    advice:
      "The file was changed by hand, or is damaged. Readers pass over such entries; restore a backup if there are many",
  },
  "steps-range": {
    check: "steps-range",
    severity: "warning",
    says: (n) =>
      `${count(n, "range")} of history without a partition of its own, or not listed in steps_ranges`,
    advice:
      "Partitions were made or dropped by hand. Nothing is lost, but retention will not drop these as a whole: " +
      "give the range its row, or delete the row",
  },
  "kpis-left": {
    check: "kpis-left",
    severity: "info",
    says: (n) =>
      `${
        count(n, "definition")
      } with KPIs that nobody has summed up for an hour: they are right, and slow to read`,
    advice: "Start a worker: it sums them up",
  },
};

/** @param limit Look at so many rows of each kind. */
export async function checkAudit(
  store: Store,
  tenant: string | undefined,
  limit: number,
): Promise<Finding[]> {
  const groups = new Map<AuditFinding["kind"], Group>();
  for (const { kind, id } of await store.audit({ ...(tenant !== undefined && { tenant }), take: limit })) {
    let group = groups.get(kind);
    if (!group) groups.set(kind, group = new Group());
    group.add(id);
  }
  return [...groups].flatMap(([kind, group]) => {
    const { check, severity, says, advice } = KINDS[kind];
    return group.finding(check, severity, says, advice);
  });
}
