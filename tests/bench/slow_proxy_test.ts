import assert from "node:assert/strict";
import { slowProxy } from "../../bench/slow_proxy.ts";

const DELAY_MS = 40;

/** A server that sends back what it gets. */
function echo(): AsyncDisposable & { readonly url: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) await connection.readable.pipeTo(connection.writable);
  })();
  return {
    url: `postgres://user:secret@127.0.0.1:${listener.addr.port}/name?x=1`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

function connect(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect({ hostname, port: Number(port) });
}

Deno.test("slowProxy() leads through with the same address but for the port", async () => {
  await using server = echo();
  await using proxy = slowProxy(server.url, 0);
  const [through, direct] = [new URL(proxy.url), new URL(server.url)];
  assert.notEqual(through.port, direct.port);
  through.port = direct.port;
  assert.equal(through.href, direct.href);
});

Deno.test("slowProxy() holds every piece back, both ways, and keeps bytes and order", async () => {
  await using server = echo();
  await using proxy = slowProxy(server.url, DELAY_MS);
  using connection = await connect(proxy.url);
  const sent = crypto.getRandomValues(new Uint8Array(60_000));
  const began = performance.now();
  const writing = (async () => {
    const writer = connection.writable.getWriter();
    for (let at = 0; at < sent.length; at += 7_000) await writer.write(sent.subarray(at, at + 7_000));
  })();
  const received: number[] = [];
  const buffer = new Uint8Array(65_536);
  let first: number | undefined;
  while (received.length < sent.length) {
    const read = await connection.read(buffer);
    assert.ok(read !== null, "the connection ended early");
    first ??= performance.now() - began;
    received.push(...buffer.subarray(0, read));
  }
  await writing;
  assert.deepEqual(Uint8Array.from(received), sent);
  // A bound from below holds on any machine; timers may be a millisecond early.
  assert.ok((first ?? 0) >= 2 * DELAY_MS - 2, `only ${first} ms`);
});

Deno.test("slowProxy() passes the end of a connection on, and its disposal ends those that are open", async () => {
  await using server = echo();
  const proxy = slowProxy(server.url, 1);
  // The server looks at one connection at a time: it answers the second when the first has ended.
  const closing = await connect(proxy.url);
  await closing.write(Uint8Array.of(7));
  assert.equal(await closing.read(new Uint8Array(10)), 1);
  closing.close();
  using open = await connect(proxy.url);
  await open.write(Uint8Array.of(8));
  assert.equal(await open.read(new Uint8Array(10)), 1);
  await proxy[Symbol.asyncDispose]();
  assert.equal(await open.read(new Uint8Array(10)).catch(() => null), null);
  await assert.rejects(connect(proxy.url));
});
