import type { NoteKind } from "../../storage/store.ts";
import { command } from "../command.ts";
import { UsageError } from "../failure.ts";
import { formatTime } from "../format.ts";

const KINDS: readonly NoteKind[] = ["info", "user", "system", "audit"];

interface Flags {
  readonly kind?: NoteKind;
  readonly author?: string;
}

/** Adds a remark to an instance, or lists them. */
export const note = command<Flags>({
  name: "note",
  group: "Instances:",
  summary: "add a remark to an instance, or list its remarks",
  arguments: [
    { name: "<ID>", description: "the instance" },
    { name: "[TEXT]", description: "the remark; without it, all remarks are listed" },
  ],
  options: [
    { flags: "--kind <kind>", description: "default: user", choices: KINDS },
    { flags: "--author <name>", description: "who says it" },
  ],
  examples: [
    [`note 42 "Customer called" --author Ada --db kv:orders.kv`, "add one"],
    ["note 42 --db kv:orders.kv", "list them, oldest first"],
  ],
  async run(session, [id, text], { kind, author }) {
    const engine = await session.engine();
    if (text !== undefined) {
      const noteId = await engine.addNote(id, text, {
        ...(kind !== undefined && { kind }),
        ...(author !== undefined && { author }),
      });
      session.print(
        { id: noteId, instanceId: id },
        () => session.say(`Added note ${noteId} to instance ${id}`),
      );
      return;
    }
    if (kind !== undefined || author !== undefined) throw new UsageError("Cannot add a note: it has no text");
    const notes = await engine.notes(id);
    session.page({ items: notes }, [
      { title: "TIME", value: (n) => formatTime(n.createdAt) },
      { title: "KIND", value: (n) => n.kind },
      { title: "AUTHOR", value: (n) => n.author },
      { title: "TEXT", value: (n) => n.text, shrinkTo: 20 },
    ], "No notes");
  },
});
