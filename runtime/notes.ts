/** Remarks on instances. */
import type { Note } from "../storage/store.ts";
import type { NoteOptions } from "./api.ts";
import { checkArgument, checkOptions } from "./arguments.ts";
import { load } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { NOTE } from "./shapes.ts";

export async function addNote(
  runtime: Runtime,
  tenant: string,
  instanceId: string,
  text: string,
  options: NoteOptions,
): Promise<string> {
  checkArgument(text, "prose", "text");
  checkOptions(options, NOTE);
  const { kind = "user", author } = options;
  await load(runtime, tenant, instanceId);
  await runtime.ready();
  const id = await runtime.ids.take();
  await runtime.store.addNote({ id, instanceId, kind, text, author, createdAt: runtime.time.now() });
  return id;
}

export async function listNotes(runtime: Runtime, tenant: string, id: string): Promise<readonly Note[]> {
  await load(runtime, tenant, id);
  return await runtime.store.listNotes(id);
}
