/**
 * Makes a database slow: a proxy in front of it that holds everything back for a while, in both directions.
 *
 * @module
 */

/** A proxy that listens. */
export interface SlowProxy extends AsyncDisposable {
  /** The connection string that leads through it. */
  readonly url: string;
}

/**
 * Listens for connections and leads them on to a server.
 *
 * @param url Connection string of the server.
 * @param delayMs How long each direction takes.
 */
export function slowProxy(url: string, delayMs: number): SlowProxy {
  const target = new URL(url);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const serving = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: target.hostname, port: Number(target.port) });
      for (const [from, to] of [[client, server], [server, client]]) {
        open.add(from);
        lead(from, to, delayMs).finally(() => {
          open.delete(from);
          close(to);
        });
      }
    }
  })();
  const through = new URL(url);
  through.port = String((listener.addr as Deno.NetAddr).port);
  return {
    url: through.href,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const connection of [...open]) close(connection);
    },
  };
}

async function lead(from: Deno.Conn, to: Deno.Conn, delayMs: number): Promise<void> {
  let writing = Promise.resolve();
  const buffer = new Uint8Array(65_536);
  try {
    for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
      const bytes = buffer.slice(0, read);
      const late = new Promise<void>((resolve) => setTimeout(resolve, delayMs));
      // In order, and each piece late by the same time: the next one does not wait for this one's delay to begin its own.
      writing = writing.then(() => late).then(() => writeAll(to, bytes));
      writing.catch(() => {}); // looked at below
    }
    await writing;
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.Interrupted;
}
