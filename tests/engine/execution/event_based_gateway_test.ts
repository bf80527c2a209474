/** Event-based gateway (BPMN 2.0.2, 13.4.4 and 10.6.6). */
import assert from "node:assert/strict";
import { refused, scenario } from "../../support/scenario.ts";

scenario(
  "S037: a signal wins against the timer, which is gone",
  `
    events race
    catch s: signal=alert
    catch t: timer=PT10M
    start -> race -> s -> AfterSignal -> end
    race -> t -> AfterTimer -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.equal(w.timers().length, 1);
    w.signal("alert");
    assert.deepEqual(w.tasks(), ["AfterSignal"]);
    assert.deepEqual([w.timers(), w.listening()], [[], []]);
    w.complete("AfterSignal");
    assert.deepEqual(w.trace(id), [
      "start completed",
      "race completed",
      "s completed",
      "AfterSignal completed",
      "end completed",
    ]);
  },
);

scenario(
  "S039: signal, message and timer are armed; the message removes the others",
  `
    events race
    catch s: signal=alert
    catch m: message=news
    catch t: timer=PT10M
    start -> race -> s -> AfterSignal -> end
    race -> m -> AfterMessage -> end
    race -> t -> AfterTimer -> end
  `,
  (w) => {
    w.start("p");
    assert.deepEqual(w.listening(), ["alert", "news"]);
    assert.equal(w.timers().length, 1);
    w.publish("news", "", { text: "hello" });
    assert.deepEqual(w.tasks(), ["AfterMessage"]);
    assert.deepEqual([w.timers(), w.listening()], [[], []]);
  },
);

refused(
  "S040: an event gateway in front of a plain task is refused",
  `
    events race
    catch s: signal=alert
    start -> race -> s -> end
    race -> A -> end
  `,
  "event-gateway-target",
);

scenario(
  "the timer wins; a late message finds nobody",
  `
    events race
    receive r: message=news
    catch t: timer=PT10M
    start -> race -> r -> AfterMessage -> end
    race -> t -> AfterTimer -> end
  `,
  (w) => {
    w.start("p");
    w.hours(1);
    w.publish("news");
    assert.deepEqual(w.tasks(), ["AfterTimer"]);
    assert.equal(w.messages.length, 1);
  },
);

scenario(
  "a condition that becomes true wins",
  `
    events race
    catch c: condition="x > 1"
    catch t: timer=PT10M
    start -> race -> c -> A -> end
    race -> t -> B -> end
  `,
  (w) => {
    const id = w.start("p", { x: 0 });
    w.setVariables(id, { x: 2 });
    assert.deepEqual(w.tasks(), ["A"]);
  },
);

scenario(
  "an exclusive instantiating gateway: each event starts an instance of its own",
  `
    events first: instantiate
    catch a: message=a
    catch b: message=b
    first -> a -> A -> end
    first -> b -> B -> end
  `,
  (w) => {
    w.publish("a", "", { v: 1 });
    w.publish("b");
    assert.deepEqual(w.tasks(), ["A", "B"]);
    assert.equal(w.live.size, 2);
  },
);

scenario(
  "a parallel instantiating gateway: the first event starts the instance, the others join it by equal key",
  `
    events first: instantiate eventGatewayType=Parallel
    catch a: message=a
    catch b: message=b
    parallel join
    first -> a -> join
    first -> b -> join -> C -> end
  `,
  (w) => {
    w.publish("a", "k1", { fromA: 1 });
    assert.equal(w.live.size, 1);
    assert.deepEqual(w.tasks(), []);
    w.publish("b", "k1", { fromB: 2 });
    assert.equal(w.live.size, 1);
    assert.deepEqual(w.tasks(), ["C"]);
    const [id] = w.live.keys();
    assert.deepEqual(w.vars(id), { fromA: 1, fromB: 2 });
    w.complete("C");
    assert.equal(w.status(id), "completed");
  },
);
