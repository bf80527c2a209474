/** A TCP proxy that does to connections what networks do: it loses answers, drops, delays, and goes silent. */

/** A proxy in front of a server. */
export interface CuttingProxy extends AsyncDisposable {
  /** The server's address with the proxy's port. */
  readonly url: string;
  /** The port that new connections are led to. */
  port: number;
  /** While true, what goes in arrives, but an answer is thrown away and its connection closed. */
  cutting: boolean;
  /**
   * While true, nothing gets through and nothing is closed: a network that is gone without a word. Connections that
   * were open meanwhile stay dead for good.
   */
  silent: boolean;
  /** While true, new connections are closed at once. */
  refusing: boolean;
  /** What goes through waits this long, ms. */
  delayMs: number;
  /** Is shown what goes through, and may change it in place. */
  tap?: (bytes: Uint8Array, fromServer: boolean) => void;
  /** Closes all connections. */
  cut(): void;
  /** Ends the server's side of all connections in order; what comes from the client is still taken. */
  halfClose(): void;
}

/** A client's connection and the one to the server that belongs to it. */
interface Pair {
  readonly client: Deno.TcpConn;
  readonly upstream: Deno.TcpConn;
  dead: boolean;
}

/** @param target A connection string. */
export function cuttingProxy(target: string): CuttingProxy {
  const address = new URL(target);
  const hostname = address.hostname;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pairs = new Set<Pair>();
  const pumps = new Set<Promise<void>>();
  let silent = false;
  const close = (pair: Pair) => {
    if (!pairs.delete(pair)) return;
    for (const connection of [pair.client, pair.upstream]) {
      try {
        connection.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error; // its reader has closed it
      }
    }
  };
  const pump = async (pair: Pair, from: Deno.Conn, to: Deno.Conn): Promise<void> => {
    try {
      const buffer = new Uint8Array(65_536);
      for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
        if (proxy.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, proxy.delayMs));
        if (from === pair.upstream && proxy.cutting) break;
        proxy.tap?.(buffer.subarray(0, read), from === pair.upstream);
        for (let sent = 0; sent < read && !pair.dead;) sent += await to.write(buffer.subarray(sent, read));
      }
    } catch {
      // Either end closed: that is what this is for.
    }
    // A dead connection hears of nothing, not even of its end.
    if (!pair.dead) close(pair);
  };
  const accept = async (client: Deno.TcpConn): Promise<void> => {
    let upstream: Deno.TcpConn;
    try {
      if (proxy.refusing) return client.close();
      upstream = await Deno.connect({ hostname, port: proxy.port });
    } catch {
      return client.close(); // the server is away, and so are we
    }
    const pair: Pair = { client, upstream, dead: silent };
    pairs.add(pair);
    await Promise.all([pump(pair, client, upstream), pump(pair, upstream, client)]);
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const pumping: Promise<void> = accept(client).finally(() => pumps.delete(pumping));
      pumps.add(pumping);
    }
  })();
  address.port = String(listener.addr.port);
  address.hostname = "127.0.0.1";
  const proxy: CuttingProxy = {
    url: address.href,
    port: Number(new URL(target).port),
    cutting: false,
    refusing: false,
    delayMs: 0,
    get silent() {
      return silent;
    },
    set silent(value) {
      silent = value;
      if (!silent) return;
      for (const pair of [...pairs]) {
        if (pair.dead) close(pair); // of the last silence: a server's keep-alive ends them sooner or later
        else pair.dead = true;
      }
    },
    cut() {
      for (const pair of [...pairs]) close(pair);
    },
    halfClose() {
      for (const { client } of pairs) client.closeWrite().catch(() => {}); // it has just closed by itself
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      while (pairs.size > 0 || pumps.size > 0) {
        proxy.cut();
        await Promise.all(pumps);
      }
    },
  };
  return proxy;
}
