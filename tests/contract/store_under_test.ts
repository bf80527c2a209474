import type { Store } from "../../storage/store.ts";

/** A store that the contract suite runs against. */
export interface StoreUnderTest {
  /** Stands before each test's name. */
  readonly name: string;
  /** A fresh, empty, migrated store of the caller's own; closed with `await using`. */
  open(options?: { clock?: () => number }): Promise<Store>;
  /** How many jobs it must manage at once. Default 100,000. */
  readonly manyJobs?: number;
  /** A second store object on the same data, as another process would have; closed by itself. */
  reopen?(store: Store): Promise<Store>;
}
