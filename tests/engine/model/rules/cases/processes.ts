import { accept, chain, drawing, process, reject, type RuleCase, SIMPLE, TIMER } from "./case.ts";

export const processCases: readonly RuleCase[] = [
  reject(
    "EXT035",
    "P",
    "public and executable",
    '<process id="P" processType="Public" isExecutable="true"/>',
  ),
  accept("EXT035", "private and executable", '<process id="P" processType="Private" isExecutable="true"/>'),
  accept("EXT035", "public only", '<process id="P" processType="Public"/>'),

  reject("EXT097", "P", "no start event", process(`<task id="a"/><endEvent id="e"/>${chain("a", "e")}`)),
  reject(
    "EXT097",
    "sub",
    "no start event in a nested sub-process",
    process(`${SIMPLE}<subProcess id="sub"><task id="b"/><endEvent id="e"/>${chain("b", "e")}</subProcess>`),
  ),
  accept("EXT097", "start event", process(SIMPLE)),
  accept(
    "EXT097",
    "instantiating receive task",
    process(`<receiveTask id="r" instantiate="true"/><endEvent id="e"/>${chain("r", "e")}`),
  ),
  accept("EXT097", "neither start nor end", process('<task id="a"/>')),

  reject("EXT105", "P", "no end event", process(`<startEvent id="s"/><task id="a"/>${chain("s", "a")}`)),
  reject(
    "EXT105",
    "sub",
    "no end event in a transaction",
    process(
      `${SIMPLE}<transaction id="sub"><startEvent id="s"/><task id="b"/>${chain("s", "b")}</transaction>`,
    ),
  ),
  accept("EXT105", "end event", process(SIMPLE)),

  reject("EXT150", "b", "a loose task", process(`${SIMPLE}<task id="b"/>`)),
  reject(
    "EXT150",
    "g",
    "a loose gateway in a sub-process",
    process(`${SIMPLE}<subProcess id="sub"><startEvent id="s"/><endEvent id="e"/><inclusiveGateway id="g"/>
      ${chain("s", "e")}</subProcess>`),
  ),
  reject("EXT150", "e2", "a loose end event", process(`${SIMPLE}<endEvent id="e2"/>`)),
  accept(
    "EXT150",
    "handlers, event sub-processes, boundary events and link catches",
    process(
      `${SIMPLE}<task id="undo" isForCompensation="true"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>
      <subProcess id="sub" triggeredByEvent="true"/><endEvent id="e2"/><endEvent id="e3"/>
      <intermediateCatchEvent id="link"><linkEventDefinition name="x"/></intermediateCatchEvent>
      ${chain("b", "e2")}${chain("link", "e3")}`,
    ),
  ),
  accept("EXT150", "no start event", process(`<task id="a"/><task id="b"/>`)),

  reject("EXT151", "b", "a loose task", process(`${SIMPLE}<task id="b"/>`)),
  reject(
    "EXT151",
    "b",
    "a boundary event that leads nowhere",
    process(`${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  accept(
    "EXT151",
    "handlers, event sub-processes and link throws",
    process(`${SIMPLE}<task id="undo" isForCompensation="true"/><subProcess id="sub" triggeredByEvent="true"/>
      <intermediateThrowEvent id="link"><linkEventDefinition name="x"/></intermediateThrowEvent>${
      chain("a", "link")
    }`),
  ),
  accept("EXT151", "no end event", drawing(`<task id="a"/><task id="b"/>${chain("a", "b")}`)),
];
