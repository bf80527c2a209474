/**
 * Message flows: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import { accept, messageFlow, pools, process, reject, type RuleCase, SIMPLE, TIMER } from "../case.ts";
import { FAR, far, IMPORT, MESSAGE, ref, SIGNAL, sub } from "./parts.ts";

export const messageVariants: readonly RuleCase[] = [
  reject(
    "EXT031",
    "m",
    "between sub-process and task of one process",
    pools(messageFlow("S", "a")) + process(`${sub("")}<task id="a"/>`),
  ),
  reject("EXT031", "m", "to its own pool", pools(messageFlow("a", "Pool1")) + process('<task id="a"/>')),
  reject("EXT031", "m", "a pool to itself", pools(messageFlow("Pool1", "tns:Pool1"))),
  reject(
    "EXT031",
    "m",
    "a gateway",
    pools(messageFlow("g", "Pool2")) + process('<exclusiveGateway id="g"/>'),
  ),
  accept(
    "EXT031",
    "pools without processes",
    '<collaboration id="C"><participant id="A"/><participant id="B"/><messageFlow id="m" sourceRef="A" targetRef="B"/></collaboration>',
  ),
  accept(
    "EXT031",
    "to a black box",
    `<collaboration id="C"><participant id="A" processRef="P"/><participant id="B"/>${
      messageFlow("a", "B")
    }</collaboration>${process('<task id="a"/>')}`,
  ),
  accept(
    "EXT031",
    "to a pool of an imported process",
    IMPORT +
      `<collaboration id="C" ${FAR}><participant id="A" processRef="P"/><participant id="B" processRef="${
        far("Q")
      }"/>${messageFlow("a", "B")}</collaboration>${process('<task id="a"/>')}`,
  ),
  reject(
    "EXT102",
    "s",
    "of a sub-process",
    pools(messageFlow("s", "Pool2")) + process(sub('<startEvent id="s"/>')),
  ),
  reject(
    "EXT102",
    "s",
    "a message start event, by prefix",
    pools(messageFlow("tns:s", "Pool2")) + process(`<startEvent id="s">${MESSAGE}</startEvent>`),
  ),
  accept(
    "EXT102",
    "the target",
    pools(messageFlow("Pool2", "s")) + process(`<startEvent id="s">${MESSAGE}</startEvent>`),
  ),
  accept(
    "EXT102",
    "an end event",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  reject(
    "EXT103",
    "s",
    "a timer start event",
    pools(messageFlow("Pool2", "s")) + process(`<startEvent id="s">${TIMER}</startEvent>`),
  ),
  reject(
    "EXT103",
    "s",
    "by reference to a signal",
    pools(messageFlow("Pool2", "s")) + SIGNAL + process(`<startEvent id="s">${ref("sd")}</startEvent>`),
  ),
  accept(
    "EXT103",
    "multiple, one of them a message",
    pools(messageFlow("Pool2", "s")) + MESSAGE +
      process(`<startEvent id="s">${TIMER}${ref("tns:md")}</startEvent>`),
  ),
  accept(
    "EXT103",
    "an imported definition",
    IMPORT + pools(messageFlow("Pool2", "s")) +
      process(`<startEvent id="s"><eventDefinitionRef ${FAR}>${far("md")}</eventDefinitionRef></startEvent>`),
  ),
  reject(
    "EXT108",
    "e",
    "of a sub-process",
    pools(messageFlow("Pool2", "e")) + process(sub('<endEvent id="e"/>')),
  ),
  reject(
    "EXT108",
    "e",
    "a message end event",
    pools(messageFlow("Pool2", "e")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  accept(
    "EXT108",
    "the source",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${MESSAGE}</endEvent>`),
  ),
  accept("EXT108", "a task", pools(messageFlow("Pool2", "a")) + process(SIMPLE)),
  reject(
    "EXT109",
    "e",
    "a terminate end event",
    pools(messageFlow("e", "Pool2")) + process('<endEvent id="e"><terminateEventDefinition/></endEvent>'),
  ),
  reject(
    "EXT109",
    "e",
    "without definition, in a transaction",
    pools(messageFlow("e", "Pool2")) + process('<transaction id="T"><endEvent id="e"/></transaction>'),
  ),
  accept(
    "EXT109",
    "by reference",
    pools(messageFlow("e", "Pool2")) + MESSAGE + process(`<endEvent id="e">${ref("md")}</endEvent>`),
  ),
  accept(
    "EXT109",
    "one of several",
    pools(messageFlow("e", "Pool2")) + process(`<endEvent id="e">${SIGNAL}${MESSAGE}</endEvent>`),
  ),
  reject(
    "EXT119",
    "t",
    "in a sub-process",
    pools(messageFlow("Pool2", "t")) +
      process(sub(`<intermediateThrowEvent id="t">${MESSAGE}</intermediateThrowEvent>`)),
  ),
  reject(
    "EXT119",
    "c",
    "from a catch",
    pools(messageFlow("c", "Pool2")) +
      process(`<intermediateCatchEvent id="c">${MESSAGE}</intermediateCatchEvent>`),
  ),
  accept(
    "EXT119",
    "from a throw",
    pools(messageFlow("t", "Pool2")) +
      process(`<intermediateThrowEvent id="t">${MESSAGE}</intermediateThrowEvent>`),
  ),
  accept(
    "EXT119",
    "to a boundary event",
    pools(messageFlow("Pool2", "b")) +
      process(`${SIMPLE}<boundaryEvent id="b" attachedToRef="a">${MESSAGE}</boundaryEvent>`),
  ),
];
