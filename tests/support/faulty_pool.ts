/**
 * A pool of PostgreSQL connections that breaks by plan, at any statement: before it reaches the server, after the
 * server has done it but before the answer, or after the answer.
 */
import pg from "pg";
import type { PostgresConnection, PostgresPool } from "../../storage/postgres/connections.ts";
import type { FaultPlan } from "./fault_store.ts";

/** What a statement fails with; its message is the client's own. */
export class BrokenConnection extends Error {
  override name = "BrokenConnection";
}

/** A pool with faults. */
export interface FaultyPool extends AsyncDisposable {
  readonly pool: PostgresPool;
  /** The statements that were sent, by their beginning. */
  readonly statements: string[];
  /** Kept when the process has died: nothing is answered any more, and its connections are closed. */
  readonly crashed: Promise<void>;
  readonly dead: boolean;
}

/** @param url Where the server is. @param plan What goes wrong at which statement; they count from 1. */
export function faultyPool(url: string, plan: FaultPlan): FaultyPool {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const clients = new Set<pg.PoolClient>();
  const proxies = new WeakMap<pg.PoolClient, PostgresConnection>();
  const statements: string[] = [];
  let dead = false;
  let tellCrashed = () => {};
  const crashed = new Promise<void>((resolve) => tellCrashed = resolve);
  const never = () => new Promise<never>(() => {});
  pool.on("connect", (client) => {
    clients.add(client);
    client.on("error", () => {}); // its query rejects, too
    client.on("end", () => clients.delete(client));
  });

  const query = async (client: pg.PoolClient, given: unknown[]): Promise<unknown> => {
    if (dead) return await never();
    const [config] = given as [string | { readonly text: string }];
    const text = typeof config === "string" ? config : config.text;
    statements.push(text.replaceAll(/^--.*\n/gm, "").trim().slice(0, 60));
    const fault = plan(statements.length, text);
    const run = async () => {
      try {
        return await Reflect.apply(client.query, client, given);
      } catch (error) {
        throw clients.has(client) ? error : new BrokenConnection((error as Error).message);
      }
    };
    const breaks = async (): Promise<unknown> => {
      if (fault?.mode === "crash") {
        dead = true;
        for (const each of clients) cut(each);
        tellCrashed();
        return await never();
      }
      clients.delete(client);
      cut(client);
      throw new BrokenConnection("Connection terminated unexpectedly");
    };
    if (fault?.kind === "before") return await breaks();
    const answer = await run();
    if (dead) return await never();
    if (fault?.kind === "during") return await breaks();
    // The answer is on its way; what is sent next finds no connection.
    if (fault?.kind === "after") queueMicrotask(() => void breaks().catch(() => {}));
    return answer;
  };

  const proxied = (client: pg.PoolClient): PostgresConnection => {
    let proxy = proxies.get(client);
    if (!proxy) {
      proxy = new Proxy(client, {
        get(target, name) {
          if (name === "query") return (...given: unknown[]) => query(target, given);
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }) as unknown as PostgresConnection;
      proxies.set(client, proxy);
    }
    return proxy;
  };

  return {
    pool: {
      options: { max: 4 },
      connect: async () => dead ? await never() : proxied(await pool.connect()),
      on: (event: string, listener: (given: never) => void) =>
        pool.on(
          event as "acquire",
          (client: pg.PoolClient) => listener((event === "acquire" ? proxied(client) : client) as never),
        ),
    },
    statements,
    crashed,
    get dead() {
      return dead;
    },
    async [Symbol.asyncDispose]() {
      dead = true;
      for (const client of clients) cut(client);
      // Those that were lent when the process died never come back.
      await Promise.race([pool.end(), new Promise((resolve) => setTimeout(resolve, 0))]);
    },
  };
}

/** Without a farewell: the server takes back what was open. */
function cut(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
