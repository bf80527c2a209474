/** What a handler holds in its hands: one attempt at one job. */
import { cloneJson, type ElementType, tokenOfJob } from "../../engine/mod.ts";
import { type Job, type SqlTransaction, StoreError } from "../../storage/store.ts";
import {
  BpmnError,
  type BpmnErrorOptions,
  type FailOptions,
  type HandlerElement,
  HandlerFailure,
  type HandlerInstance,
} from "../handler.ts";
import type { Live } from "../instance_cache.ts";
import type { ScriptContext } from "../options.ts";
import { takeValue } from "../values.ts";
import { seenBy } from "../visible.ts";

/** What the context asks of the one who runs it. */
export interface AttemptHost {
  extendLease(ms?: number): Promise<void>;
  /** Whether the store has transactions. */
  readonly hasTransactions: boolean;
  /** Completes the context's task in a transaction of the store's. */
  transaction<T>(context: JobContext, work: (tx: SqlTransaction) => Promise<T>): Promise<T>;
}

interface Carried {
  readonly headers?: Readonly<Record<string, string>>;
  readonly format?: string;
  readonly script?: string;
}

const NOTHING: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

export class JobContext implements ScriptContext {
  readonly jobId: string;
  readonly type: string;
  readonly attempt: number;
  readonly element: HandlerElement;
  readonly instance: HandlerInstance;
  readonly headers: Readonly<Record<string, string>>;
  readonly script: string;
  readonly format: string;
  // Most handlers set nothing and read nothing by name: a record without prototype is large.
  #written: Record<string, unknown> | undefined;
  readonly #held: { readonly signal: AbortSignal };
  readonly #live: Live;
  #seenNow: Record<string, unknown> | undefined;
  readonly #host: AttemptHost;
  #copy: Record<string, unknown> | undefined;
  /** What was read by name before. */
  #copies: Record<string, unknown> | undefined;
  #inTransaction = false;

  constructor(
    job: Job,
    live: Live,
    element: HandlerElement,
    held: { readonly signal: AbortSignal },
    host: AttemptHost,
  ) {
    const carried: Carried = job.payload ? JSON.parse(job.payload) : {};
    this.jobId = job.id;
    this.type = job.type;
    this.attempt = job.failures + 1;
    this.element = element;
    const { id, key, version, definitionId, businessKey, tenant } = live;
    this.instance = { id, key, version, definitionId, businessKey, tenant };
    this.headers = carried.headers ?? NOTHING;
    this.script = carried.script ?? "";
    this.format = carried.format ?? "";
    this.#held = held;
    this.#live = live;
    this.#host = host;
  }

  /** From now on the instance may move on while the handler runs: it goes on seeing what it began with. */
  keep(): void {
    this.#seenNow ??= seenBy(this.#live.instance, tokenOfJob(this.#live.instance.state, this.jobId));
  }

  get #seen(): Record<string, unknown> {
    if (!this.#seenNow) this.keep();
    return this.#seenNow ?? {};
  }

  /** What the handler has set. */
  get written(): Readonly<Record<string, unknown>> {
    return this.#written ?? NOTHING;
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return this.#copy ??= { ...cloneJson(this.#seen), ...this.#copies };
  }

  get<T = unknown>(name: string): T | undefined {
    if (this.#written && Object.hasOwn(this.#written, name)) return this.#written[name] as T;
    if (this.#copy) return Object.hasOwn(this.#copy, name) ? this.#copy[name] as T : undefined;
    if (!Object.hasOwn(this.#seen, name)) return undefined;
    // Only this one is copied: a thousand items that each read their own would copy the whole list a thousand times.
    this.#copies ??= Object.create(null) as Record<string, unknown>;
    return (this.#copies[name] ??= cloneJson(this.#seen[name])) as T;
  }

  set(name: string, value: unknown): void {
    this.#written ??= Object.create(null) as Record<string, unknown>;
    this.#written[name] = takeValue(value, name) ?? null;
  }

  extendLease(ms?: number): Promise<void> {
    return this.#host.extendLease(ms);
  }

  fail(options?: FailOptions): never {
    throw new HandlerFailure(options);
  }

  throwBpmnError(code: string, options?: BpmnErrorOptions): never {
    throw new BpmnError(code, options);
  }

  transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
    if (!this.#host.hasTransactions) {
      return Promise.reject(new StoreError("Cannot open a transaction: the store has none"));
    }
    if (this.#inTransaction) {
      return Promise.reject(new StoreError("Cannot open a transaction: the task's one is open, or was"));
    }
    this.#inTransaction = true;
    return this.#host.transaction(this, work);
  }
}

/** @returns What a handler may know of an element; one that the model does not have is named by its id. */
export function elementOf(
  elements:
    | ReadonlyMap<string, { readonly id: string; readonly name?: string; readonly type: ElementType }>
    | undefined,
  id: string | undefined,
): HandlerElement {
  const node = id === undefined ? undefined : elements?.get(id);
  return node ? { id: node.id, name: node.name, type: node.type } : { id: id ?? "", type: "serviceTask" };
}
