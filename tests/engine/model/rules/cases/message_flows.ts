import {
  accept,
  chain,
  drawing,
  messageFlow,
  pools,
  process,
  reject,
  type RuleCase,
  SIMPLE,
} from "./case.ts";

const NOTE = '<textAnnotation id="note"><text>x</text></textAnnotation>';
const MESSAGE = "<messageEventDefinition/>";

/** Process `P` in a pool, a second empty pool, and a message flow. */
function collaboration(source: string, target: string, content: string): string {
  return pools(messageFlow(source, target)) + drawing(content) + drawing("", "Q");
}

function between(start: string, end: string): string {
  return `<startEvent id="s">${start}</startEvent><endEvent id="e">${end}</endEvent>${chain("s", "e")}`;
}

function via(event: string): string {
  return `<startEvent id="s"/>${event}<endEvent id="e"/>${chain("s", "i", "e")}`;
}

const CATCH = via(`<intermediateCatchEvent id="i">${MESSAGE}</intermediateCatchEvent>`);
const THROW = via(`<intermediateThrowEvent id="i">${MESSAGE}</intermediateThrowEvent>`);

export const messageFlowCases: readonly RuleCase[] = [
  reject("EXT008", "m", "ends at an annotation", collaboration("Pool2", "note", NOTE)),
  accept("EXT008", "ends at a task", collaboration("Pool2", "a", SIMPLE)),
  reject("EXT009", "m", "starts at an annotation", collaboration("note", "Pool2", NOTE)),
  accept("EXT009", "starts at a task", collaboration("a", "Pool2", SIMPLE)),

  reject("EXT031", "m", "two tasks of one process", collaboration("a", "b", '<task id="a"/><task id="b"/>')),
  reject("EXT031", "m", "a pool and its own task", collaboration("Pool1", "a", SIMPLE)),
  reject("EXT031", "m", "a pool and itself", collaboration("Pool2", "Pool2", "")),
  reject("EXT031", "m", "a gateway", collaboration("Pool2", "g", '<exclusiveGateway id="g"/>')),
  reject(
    "EXT031",
    "m",
    "a task in a sub-process and one outside",
    collaboration("a", "b", '<task id="a"/><subProcess id="sub"><task id="b"/></subProcess>'),
  ),
  accept("EXT031", "a task and another pool", collaboration("a", "Pool2", SIMPLE)),
  accept(
    "EXT031",
    "a pool without process and a process without pool",
    `<collaboration id="C"><participant id="Pool"/>${messageFlow("Pool", "a")}</collaboration>${
      process(SIMPLE)
    }`,
  ),

  reject("EXT102", "s", "from a start event", collaboration("s", "Pool2", between(MESSAGE, ""))),
  accept("EXT102", "to a start event", collaboration("Pool2", "s", between(MESSAGE, ""))),
  reject("EXT103", "s", "to a none start event", collaboration("Pool2", "s", between("", ""))),
  accept("EXT103", "to a message start event", collaboration("Pool2", "s", between(MESSAGE, ""))),
  accept(
    "EXT103",
    "to a message start event by reference",
    '<messageEventDefinition id="def"/>' +
      collaboration("Pool2", "s", between("<eventDefinitionRef>def</eventDefinitionRef>", "")),
  ),
  reject("EXT108", "e", "to an end event", collaboration("Pool2", "e", between("", MESSAGE))),
  accept("EXT108", "from an end event", collaboration("e", "Pool2", between("", MESSAGE))),
  reject(
    "EXT109",
    "e",
    "from a signal end event",
    collaboration("e", "Pool2", between("", "<signalEventDefinition/>")),
  ),
  accept("EXT109", "from a message end event", collaboration("e", "Pool2", between("", MESSAGE))),
  reject("EXT119", "i", "to a throw event", collaboration("Pool2", "i", THROW)),
  reject("EXT119", "i", "from a catch event", collaboration("i", "Pool2", CATCH)),
  accept("EXT119", "from a throw event", collaboration("i", "Pool2", THROW)),
  accept("EXT119", "to a catch event", collaboration("Pool2", "i", CATCH)),
];
