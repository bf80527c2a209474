/** One cell of the coverage table: an element in a position, a model that has it, and what must happen. */
import type { ElementType } from "../../../engine/mod.ts";
import type { CoreWorld } from "../core_world.ts";

export interface Cell {
  /** Row: the element, or the event definition. */
  readonly row: string;
  /** Column: position, marker or direction. */
  readonly column: string;
  /** Element types that the model exercises. */
  readonly elements: readonly ElementType[];
  /** Lines for the model builder. */
  readonly model: string;
  /** Brings it to the point and asserts. */
  readonly run: (world: CoreWorld) => void;
}
