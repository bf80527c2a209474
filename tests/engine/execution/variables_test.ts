/** Variables, mappings and data (BPMN 2.0.2, 10.4). */
import assert from "node:assert/strict";
import { scenario } from "../../support/scenario.ts";

const io = (inner: string) =>
  `<extensionElements><zeebe:ioMapping>${inner}</zeebe:ioMapping></extensionElements>`;

scenario(
  "inputs are local; with an output mapping only mapped values leave",
  `
    user A
      ${io('<zeebe:input source="=x + 1" target="y"/><zeebe:output source="=y + got" target="z"/>')}
    start -> A -> B -> end
  `,
  (w) => {
    const id = w.start("p", { x: 1 });
    w.complete("A", { got: 10, other: true });
    assert.deepEqual(w.vars(id), { x: 1, z: 12 });
  },
);

scenario(
  "without output mapping results go to the nearest scope that has the name, else to the instance",
  `
    start -> Sub -> end
    sub Sub
      ${io('<zeebe:input source="=0" target="inner"/>')}
      start1 -> A -> B -> end1
  `,
  (w) => {
    const id = w.start("p", { outer: 0 });
    w.complete("A", { inner: 1, outer: 2, fresh: 3 });
    assert.deepEqual(w.vars(id), { outer: 2, fresh: 3 });
    const sub = w.tokenAt(id, "Sub");
    assert.deepEqual({ ...w.live.get(id)!.instance.vars.get(sub.id) }, { inner: 1 });
  },
);

scenario(
  "a mapping that cannot be evaluated is an incident; the work is not done twice",
  `
    user A
      ${io('<zeebe:output source="=order.total + 1" target="z"/>')}
    start -> A -> B -> end
  `,
  (w) => {
    const id = w.start("p");
    w.complete("A", {});
    const problems = w.problems();
    if (problems.length) {
      assert.deepEqual(problems, ["expression A"]);
      w.resolve([...w.incidents.keys()][0], { order: { total: 1 } });
    }
    assert.deepEqual(w.tasks(), ["B"]);
    assert.equal(w.count("A"), 1);
    assert.equal(w.status(id), "running");
  },
);

scenario(
  "data objects exist, unset, from their scope's start; an association without a value copies nothing",
  `
    <dataObject id="d1" name="order"/>
    <dataObject id="d2" name="copy"/>
    user A
      <ioSpecification><dataInput id="in" name="input"/><dataOutput id="out" name="output"/><inputSet><dataInputRefs>in</dataInputRefs><optionalInputRefs>in</optionalInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>d1</sourceRef><targetRef>in</targetRef></dataInputAssociation><dataOutputAssociation><sourceRef>out</sourceRef><targetRef>d2</targetRef></dataOutputAssociation>
    start -> A -> B -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual(w.vars(id), { order: null, copy: null });
    const token = w.tokenAt(id, "A");
    assert.equal(w.live.get(id)!.instance.vars.get(token.id), undefined);
    w.complete("A", { output: 7, private: 1 });
    assert.deepEqual(w.vars(id), { order: null, copy: 7 });
  },
);

scenario(
  "a missing required input is an incident, resolved by setting it",
  `
    <dataObject id="order"/>
    user A
      <ioSpecification><dataInput id="in" name="input"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>order</sourceRef><targetRef>in</targetRef></dataInputAssociation>
    start -> A -> end
  `,
  (w) => {
    const id = w.start("p");
    assert.deepEqual([w.tasks(), w.problems()], [[], ["variables A"]]);
    w.resolve([...w.incidents.keys()][0], { order: { n: 1 } });
    assert.deepEqual(w.tasks(), ["A"]);
    const token = w.tokenAt(id, "A");
    assert.deepEqual({ ...w.live.get(id)!.instance.vars.get(token.id) }, { input: { n: 1 } });
  },
);

scenario(
  "an event's payload is written where the catch leaves to; an output mapping chooses from it",
  `
    catch m: message=m
      ${io('<zeebe:output source="=total * 2" target="order.doubled"/>')}
    start -> m -> A -> end
  `,
  (w) => {
    const id = w.start("p", { order: { id: 1 } });
    w.publish("m", "", { total: 4 });
    assert.deepEqual(JSON.parse(JSON.stringify(w.vars(id))), { order: { id: 1, doubled: 8 } });
  },
);

scenario(
  "a handler's single result goes to the result variable, else its properties become variables",
  `
    service a: type=work
    service b: type=work camunda:resultVariable=answer
    start -> a -> b -> end
  `,
  (w) => {
    const id = w.start("p");
    const job = () => [...w.jobs.keys()][0];
    w.send(id, { kind: "completeJob", jobId: job(), variables: {}, result: { x: 1 } });
    w.send(id, { kind: "completeJob", jobId: job(), variables: {}, result: { x: 2 } });
    assert.deepEqual(w.vars(id), { x: 1, answer: { x: 2 } });
  },
);

scenario(
  "variables of an ended scope are gone; __proto__ is a name like any other",
  `
    start -> Sub -> A -> end
    sub Sub
      ${io('<zeebe:input source="=1" target="inner"/>')}
      start1 -> B -> end1
  `,
  (w) => {
    const id = w.start("p");
    w.complete("B", JSON.parse('{"__proto__": {"evil": true}, "constructor": 1}'));
    assert.equal(w.live.get(id)!.instance.vars.size, 1);
    assert.deepEqual(Object.keys(w.live.get(id)!.instance.vars.get(0)!), ["__proto__", "constructor"]);
    assert.equal(({} as Record<string, unknown>).evil, undefined);
  },
);
