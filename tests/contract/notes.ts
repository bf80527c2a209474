import assert from "node:assert/strict";
import type { Note } from "../../storage/store.ts";
import { givenInstance, newIds, T0 } from "./given.ts";
import type { StoreUnderTest } from "./store_under_test.ts";

/** Remarks on instances. */
export function testNotesContract({ name, open }: StoreUnderTest): void {
  Deno.test(`${name}: notes are listed oldest first, per instance`, async () => {
    await using store = await open();
    const [a, b, c, d] = await newIds(store, 4);
    const instance = await givenInstance(store);
    const other = await givenInstance(store);
    const note = (id: string, options: Partial<Note> = {}): Note => ({
      id,
      instanceId: instance.id,
      kind: "info",
      text: "hello",
      createdAt: T0,
      ...options,
    });
    const notes = [
      note(a, { createdAt: T0 + 9, kind: "user", author: "ann", text: "später 🙂" }),
      note(b),
      note(c, { kind: "audit" }),
      note(d, { instanceId: other.id, kind: "system" }),
    ];
    for (const each of notes) await store.addNote(each);
    assert.deepEqual(await store.listNotes(instance.id), [notes[1], notes[2], notes[0]]);
    assert.deepEqual(await store.listNotes(other.id), [notes[3]]);
    assert.deepEqual(await store.listNotes("999999"), []);
  });
}
