/** The memory store's messages and subscriptions. */
import { compareIds } from "../order.ts";
import { MemoryTable } from "./table.ts";
import type {
  Message,
  NewMessage,
  NewSubscription,
  Page,
  Subscription,
  SubscriptionQuery,
} from "../store.ts";

/** Buffered messages and those who wait for them. */
export class MemoryMessages {
  readonly #messages = new MemoryTable<Message>(
    (message) => ({ rank: 0, at: message.publishedAt }),
    (message) => [JSON.stringify([message.tenant, message.name, message.key])],
  );
  /** Id by tenant, name and the publisher's own id. */
  readonly #known = new Map<string, string>();
  readonly #subscriptions = new MemoryTable<Subscription>(
    (row) => ({ rank: 0, at: row.armedAt }),
    (row) => [
      JSON.stringify([row.tenant, row.kind]),
      JSON.stringify([row.tenant, row.kind, row.name]),
      JSON.stringify([row.tenant, row.kind, row.name, row.key]),
      row.instanceId === undefined ? `definition ${row.definitionId}` : `instance ${row.instanceId}`,
    ],
  );

  /** @returns `false` if the publisher's id is known and the message with it still lives. */
  publish(message: NewMessage): boolean {
    if (message.messageId !== undefined) {
      const known = JSON.stringify([message.tenant, message.name, message.messageId]);
      const former = this.#messages.get(this.#known.get(known) ?? "");
      if (former && former.expiresAt > message.publishedAt) return false;
      if (former) this.delete(former.id);
      this.#known.set(known, message.id);
    }
    this.#messages.set({ ...message, takenBy: [] });
    return true;
  }

  /** Whether the message is there and this process has not taken it. */
  canTake(id: string, processKey: string): boolean {
    const message = this.#messages.get(id);
    return message !== undefined && !message.takenBy.includes(processKey);
  }

  take(id: string, processKey: string): void {
    const message = this.#messages.get(id);
    if (message) this.#messages.replace(id, { ...message, takenBy: [...message.takenBy, processKey] });
  }

  list(tenant: string, name: string, key: string, at: number): Message[] {
    const messages: Message[] = [];
    for (const message of this.#messages.inIndex(JSON.stringify([tenant, name, key]))) {
      if (message.expiresAt > at) messages.push({ ...message, takenBy: [...message.takenBy].sort() });
    }
    return messages.sort((a, b) => a.publishedAt - b.publishedAt || compareIds(a.id, b.id));
  }

  /** Ids of messages that had expired at a time. @param tenant Absent: of all. */
  expired(at: number, tenant?: string): string[] {
    const found: string[] = [];
    for (const message of this.#messages.values()) {
      if (message.expiresAt < at && (tenant === undefined || message.tenant === tenant)) {
        found.push(message.id);
      }
    }
    return found.sort(compareIds);
  }

  delete(id: string): void {
    const message = this.#messages.delete(id);
    if (message?.messageId === undefined) return;
    const known = JSON.stringify([message.tenant, message.name, message.messageId]);
    if (this.#known.get(known) === id) this.#known.delete(known);
  }

  subscribe(tenant: string, subscription: NewSubscription, at: number): void {
    this.#subscriptions.set({ ...subscription, tenant, armedAt: at });
  }

  unsubscribe(id: string): void {
    this.#subscriptions.delete(id);
  }

  /** Removes the start events of a definition. */
  removeStartsOf(definitionId: string): void {
    this.#removeAll(`definition ${definitionId}`);
  }

  /** Removes the subscriptions of an instance. */
  unsubscribeAllOf(instanceId: string): void {
    this.#removeAll(`instance ${instanceId}`);
  }

  #removeAll(index: string): void {
    for (const { id } of [...this.#subscriptions.inIndex(index)]) this.#subscriptions.delete(id);
  }

  find(query: SubscriptionQuery): Page<Subscription> {
    const { tenant, kind, name, key } = query;
    const index = query.instanceId !== undefined ? `instance ${query.instanceId}` : JSON.stringify(
      name === undefined
        ? [tenant, kind]
        : key === undefined
        ? [tenant, kind, name]
        : [tenant, kind, name, key],
    );
    return this.#subscriptions.page({
      indexes: [index],
      matches: (row) =>
        row.tenant === tenant && row.kind === kind &&
        (name === undefined || row.name === name) &&
        (key === undefined || row.key === key) &&
        (query.armedBefore === undefined || row.armedAt < query.armedBefore),
      take: query.take,
      cursor: query.cursor,
    }, (row) => ({ ...row }));
  }
}
