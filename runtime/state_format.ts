/** Whether this release may work with the states in a store. */
import { STATE_FORMAT } from "../engine/mod.ts";
import { type Store, StoreError } from "../storage/store.ts";

/** @throws {StoreError} If states may be written there that this release cannot read. */
export async function checkStateFormat(store: Store): Promise<void> {
  const format = await store.stateFormat();
  if (format <= STATE_FORMAT) return;
  throw new StoreError(
    `Cannot use the store: instances in it may have state format ${format}, and this release reads up to ${STATE_FORMAT}; use a newer release`,
  );
}
