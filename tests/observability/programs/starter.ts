/** Deploys and starts on a KV file: `starter.ts FILE`; prints the instances' ids. */
import { createEngine } from "../../../mod.ts";
import { KvStore } from "../../../storage/kv.ts";
import { bpmn } from "../../support/bpmn_builder.ts";

await using engine = await createEngine({ store: await KvStore.open(Deno.args[0]), tenant: "acme" });
await engine.deploy(bpmn(`
  process p
    start -> Charge -> Child -> end
    service Charge: type=charge
    call Child: calledElement=child
  process child
    start2 -> Ship -> end2
    service Ship: type=ship
`));
const order = await engine.start("p", { variables: { card: "4111-secret" } });
const bad = await engine.start("p", { variables: { card: "bad" } });
console.log(JSON.stringify({ order: order.id, bad: bad.id }));
