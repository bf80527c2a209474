import assert from "node:assert/strict";
import { unprivilegedUser } from "../../cli/local_postgres.ts";
import { createEngine } from "../../mod.ts";
import { PostgresStore } from "../../storage/postgres.ts";
import { createWorker } from "../../worker.ts";
import { bpmn } from "../support/bpmn_builder.ts";
import { baton } from "../support/cli.ts";
import { OwnPostgres } from "../support/own_postgres.ts";

const CERTIFICATE = new URL("../support/tls/server.crt", import.meta.url).pathname;

/** A server that offers TLS. Its certificate, for `localhost`, is signed by itself; it and its key serve only here. */
async function tlsServer(): Promise<OwnPostgres> {
  const dir = await Deno.makeTempDir({ prefix: "baton-tls-" });
  const files = ["server.crt", "server.key"].map((name) => `${dir}/${name}`);
  for (const file of files) {
    await Deno.copyFile(new URL(`../support/tls/${file.slice(dir.length + 1)}`, import.meta.url), file);
    await Deno.chmod(file, 0o600);
  }
  await unprivilegedUser([dir, ...files]);
  try {
    return await OwnPostgres.start({
      settings: { ssl: "on", ssl_cert_file: files[0], ssl_key_file: files[1] },
    });
  } finally {
    await Deno.remove(dir, { recursive: true }); // it has read them
  }
}

Deno.test("over TLS instances run and workers are told; a server that cannot be trusted is refused with advice", async () => {
  await using server = await tlsServer();
  const at = (query: string) => `${server.url.replace("127.0.0.1", "localhost")}?${query}`;
  const trusted = at(`sslmode=verify-full&sslrootcert=${CERTIFICATE}`);

  await using engine = await createEngine({ store: await PostgresStore.open(trusted) });
  await engine.deploy(bpmn(`
    start -> Work -> end
    service Work: type=work
  `));
  const store = await PostgresStore.open(trusted);
  const ran = Promise.withResolvers<string>();
  await using worker = await createWorker({
    store,
    handlers: { work: ({ instance }) => ran.resolve(instance.id) },
    pollMs: 600_000,
  });
  worker.start();
  while (worker.counters().emptyLeases === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const { id } = await engine.start("p");
  assert.equal(await ran.promise, id, "only a notification tells it so early");
  const sessions = await store.transaction(async (tx) =>
    (await tx.query(
      `select count(*)::int as all, count(*) filter (where ssl)::int as secure
       from pg_stat_ssl join pg_stat_activity using (pid) where backend_type = 'client backend'`,
    )).rows[0]
  );
  assert.ok(Number(sessions.all) >= 3);
  assert.equal(sessions.secure, sessions.all, "commits, leases and listening alike");

  await assert.rejects(PostgresStore.open(at("sslmode=verify-full")), /self-signed certificate/);
  const { code, err } = await baton(["doctor", "--db", at("sslmode=verify-full")]);
  assert.equal(code, 5);
  assert.match(err, /self-signed certificate; add sslrootcert=FILE to the address/);

  await Deno.writeTextFile(`${server.dir}/data/pg_hba.conf`, "hostssl all all 127.0.0.1/32 trust\n");
  await store.transaction((tx) => tx.query("select pg_reload_conf()"));
  const plain = async () => (await baton(["doctor", "--db", server.url])).err;
  while (!(await plain()).includes("no encryption")); // it reloads a moment later
  assert.match(
    await plain(),
    /no encryption; add sslmode=verify-full to the address if the server wants TLS/,
  );
});
