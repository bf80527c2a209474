/** A TCP proxy that can lose answers: what goes in arrives, but nobody hears of it. */

/** A proxy in front of a server. */
export interface CuttingProxy extends AsyncDisposable {
  /** The server's address with the proxy's port. */
  readonly url: string;
  /** While true, an answer is thrown away and its connection closed. */
  cutting: boolean;
}

/** @param target A connection string. */
export function cuttingProxy(target: string): CuttingProxy {
  const address = new URL(target);
  const server = { hostname: address.hostname, port: Number(address.port) };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const pumps: Promise<void>[] = [];
  const closed = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const pump = async (from: Deno.Conn, to: Deno.Conn, answers: boolean) => {
    try {
      for await (const bytes of from.readable) {
        if (answers && proxy.cutting) break;
        for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
      }
    } catch {
      // Either end closed: that is what this is for.
    }
    open.delete(from);
    closed(to);
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const upstream = await Deno.connect(server);
      open.add(client).add(upstream);
      pumps.push(pump(client, upstream, false), pump(upstream, client, true));
    }
  })();
  address.port = String(listener.addr.port);
  address.hostname = "127.0.0.1";
  const proxy: CuttingProxy = {
    url: address.href,
    cutting: false,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of [...open]) closed(connection);
      await Promise.all(pumps);
    },
  };
  return proxy;
}
