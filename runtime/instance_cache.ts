/**
 * Decoded instances, so that the hot path does not parse what it has just written.
 *
 * An entry may be used only for the revision it stands at. The core changes it in place, so whoever starts a
 * transition and does not see its commit succeed must drop it.
 */
import { decodeInstance, type Instance } from "../engine/mod.ts";
import { type Linked, LinkedList } from "../collections/linked_list.ts";
import { TurnoverMap } from "../collections/turnover_map.ts";
import type { InstanceStatus, StoredInstance } from "../storage/store.ts";

/** An instance in memory: what its record says, and what the core works on. */
export interface Live extends Linked<Live> {
  readonly id: string;
  readonly tenant: string;
  readonly definitionId: string;
  readonly key: string;
  readonly version: number;
  readonly businessKey?: string;
  readonly startedAt: number;
  readonly parentId?: string;
  readonly rootId: string;
  status: InstanceStatus;
  revision: number;
  readonly instance: Instance;
  /** About what it takes in memory. */
  bytes: number;
  /** Jobs of this instance that went from one handler to the next without the queue. */
  handedOn: number;
}

const BYTES_PER_INSTANCE = 1_000;
/** Objects take about this much more than their text. */
const BYTES_PER_CHARACTER = 6;
/** Longer texts are looked at: one long string takes what its text takes, a list of small objects ten times as much. */
const SHORT = 2_000;
const SAMPLES = 32;
const SAMPLE_LENGTH = 32;
/** What a value takes besides its characters: a slot, and a header or a number of its own. */
const BYTES_PER_VALUE = 32;

/** @returns About what an instance with these texts takes in memory. */
export function liveBytes(...texts: readonly (string | null | undefined)[]): number {
  let bytes = BYTES_PER_INSTANCE;
  for (const text of texts) {
    if (text) bytes += text.length * (text.length <= SHORT ? BYTES_PER_CHARACTER : bytesPerCharacter(text));
  }
  return bytes;
}

/** From samples all over a JSON text: how many values begin in it, and whether its characters take two bytes. */
function bytesPerCharacter(text: string): number {
  const step = (text.length - SAMPLE_LENGTH) / (SAMPLES - 1);
  let values = 0;
  let width = 1;
  for (let i = 0; i < SAMPLES; i++) {
    const from = Math.floor(i * step);
    for (let at = from; at < from + SAMPLE_LENGTH; at++) {
      const code = text.charCodeAt(at);
      // , [ { unless it is a sentence's: our JSON has no spaces.
      if ((code === 0x2c || code === 0x5b || code === 0x7b) && text.charCodeAt(at + 1) !== 0x20) values++;
      else if (code > 0xff) width = 2;
    }
  }
  return width + BYTES_PER_VALUE * values / (SAMPLES * SAMPLE_LENGTH);
}

/**
 * @param instance What the core makes of it, if that is known.
 * @returns A stored instance, decoded.
 */
export function live(stored: StoredInstance, instance?: Instance): Live {
  return {
    id: stored.id,
    tenant: stored.tenant,
    definitionId: stored.definitionId,
    key: stored.key,
    version: stored.version,
    businessKey: stored.businessKey,
    startedAt: stored.startedAt,
    parentId: stored.parentId,
    rootId: stored.rootId,
    status: stored.status,
    revision: stored.revision,
    instance: instance ?? decodeInstance(stored.id, {
      state: stored.state,
      variables: stored.variables,
      locals: stored.locals,
    }),
    bytes: liveBytes(stored.state, stored.variables, stored.locals),
    handedOn: 0,
    before: undefined,
    after: undefined,
  };
}

/** Ids that a lease names as cached, at most. */
const RECENT = 1_024;

export class InstanceCache {
  readonly #maxBytes: number;
  readonly #entries = new TurnoverMap<string, Live>();
  /** The one that was used last is the last. */
  readonly #used = new LinkedList<Live>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): Live | undefined {
    return this.#entries.get(id);
  }

  /** @param bytes What it takes now. */
  put(entry: Live, bytes: number = entry.bytes): void {
    const former = this.#entries.get(entry.id);
    if (former) this.#unlink(former);
    if (bytes > this.#maxBytes) {
      if (former) this.#entries.delete(entry.id);
      entry.bytes = bytes;
      return;
    }
    entry.bytes = bytes;
    if (former !== entry) this.#entries.set(entry.id, entry);
    this.#link(entry);
    while (this.#bytes > this.#maxBytes && this.#used.first) this.delete(this.#used.first.id);
  }

  /** Drops an entry. @param only Unless a newer one has taken its place. */
  delete(id: string, only?: Live): void {
    const entry = this.#entries.get(id);
    if (!entry || (only && entry !== only)) return;
    this.#entries.delete(id);
    this.#unlink(entry);
  }

  /** Ids of the entries used last, those used before others first. */
  recent(): string[] {
    const ids: string[] = [];
    for (let entry = this.#used.last; entry && ids.length < RECENT; entry = entry.before) ids.push(entry.id);
    return ids.reverse();
  }

  #link(entry: Live): void {
    this.#used.add(entry);
    this.#bytes += entry.bytes;
  }

  #unlink(entry: Live): void {
    this.#used.remove(entry);
    this.#bytes -= entry.bytes;
  }
}
