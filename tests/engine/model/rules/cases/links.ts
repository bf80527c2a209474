import { accept, chain, process, reject, type RuleCase } from "./case.ts";

/** A process that starts, does what the event `i` does, and ends. */
function via(event: string): string {
  return process(`<startEvent id="s"/>${event}<endEvent id="e"/>${chain("s", "i", "e")}`);
}

/** A throw link `out` and a catch link `in` with definitions `l1` and `l2`. */
function linked(out: string, into: string): string {
  return `<intermediateThrowEvent id="out"><linkEventDefinition id="l1" ${out}</linkEventDefinition></intermediateThrowEvent>
    <intermediateCatchEvent id="in"><linkEventDefinition id="l2" ${into}</linkEventDefinition></intermediateCatchEvent>`;
}

const PAIRED = linked('name="x"><target>l2</target>', 'name="x"><source>l1</source>');
export const linkCases: readonly RuleCase[] = [
  ...["Catch", "Throw"].flatMap((kind) => [
    reject(
      "EXT117",
      "i",
      `${kind} link within a flow`,
      via(`<intermediate${kind}Event id="i"><linkEventDefinition name="x"/></intermediate${kind}Event>`),
    ),
  ]),
  accept(
    "EXT117",
    "flows on one side",
    process(`<task id="a"/>${PAIRED}<task id="b"/>${chain("a", "out")}${chain("in", "b")}`),
  ),
  accept(
    "EXT117",
    "a signal event within a flow",
    via('<intermediateCatchEvent id="i"><signalEventDefinition/></intermediateCatchEvent>'),
  ),
  reject(
    "EXT118",
    "out",
    "no catch",
    process(
      '<intermediateThrowEvent id="out"><linkEventDefinition id="l1" name="x"/></intermediateThrowEvent>',
    ),
  ),
  reject(
    "EXT118",
    "out",
    "a catch that names another source",
    process(linked('name="x"><target>l2</target>', 'name="x"><source>other</source>')),
  ),
  reject(
    "EXT118",
    "in2",
    "a source that names another target",
    process(
      `${PAIRED}<intermediateCatchEvent id="in2"><linkEventDefinition id="l3" name="y"><source>l1</source>
      </linkEventDefinition></intermediateCatchEvent>`,
    ),
  ),
  accept("EXT118", "names each other", process(PAIRED)),
  accept("EXT118", "a source only", process(linked('name="x">', 'name="y"><source>l1</source>'))),
  accept("EXT118", "the catch event as target", process(linked('name="x"><target>in</target>', 'name="y">'))),
  accept("EXT118", "a common name", process(linked('name="x">', 'name="x">'))),
  accept(
    "EXT118",
    "two throws to one catch",
    process(`${linked('name="x"><target>l2</target>', 'name="x"><source>l1</source><source>l3</source>')}
      <intermediateThrowEvent id="out2"><linkEventDefinition id="l3" name="y"><target>l2</target></linkEventDefinition>
      </intermediateThrowEvent>`),
  ),
  reject("EXT124", "l2", "no source", process(linked('name="x"><target>l2</target>', 'name="x">'))),
  accept("EXT124", "a source", process(PAIRED)),
  reject("EXT125", "l1", "no target", process(linked('name="x">', 'name="x"><source>l1</source>'))),
  reject(
    "EXT125",
    "l1",
    "two targets",
    process(linked('name="x"><target>l2</target><target>l2</target>', 'name="x"><source>l1</source>')),
  ),
  accept("EXT125", "one target", process(PAIRED)),
  reject(
    "EXT126",
    "out",
    "into a sub-process",
    process(
      `<intermediateThrowEvent id="out"><linkEventDefinition id="l1" name="x"><target>l2</target></linkEventDefinition>
      </intermediateThrowEvent><subProcess id="sub"><intermediateCatchEvent id="in"><linkEventDefinition id="l2" name="x">
      <source>l1</source></linkEventDefinition></intermediateCatchEvent></subProcess>`,
    ),
  ),
  reject(
    "EXT126",
    "out",
    "into another process, by name",
    process(`<intermediateThrowEvent id="out"><linkEventDefinition name="x"/></intermediateThrowEvent>`) +
      process(
        `<intermediateCatchEvent id="in"><linkEventDefinition name="x"/></intermediateCatchEvent>`,
        "Q",
      ),
  ),
  accept("EXT126", "on one level", process(PAIRED)),
];
