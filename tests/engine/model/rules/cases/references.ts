import { accept, flow, pools, process, reject, type RuleCase, SIMPLE } from "./case.ts";

const IMPORT =
  '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="x.bpmn" namespace="urn:other"/>';

export const referenceCases: readonly RuleCase[] = [
  reject("REF", "a-x", "a flow to nowhere", process(`<task id="a"/>${flow("a", "x")}`)),
  reject(
    "REF",
    "e",
    "a listed flow that is not there",
    process('<endEvent id="e"><incoming>x</incoming></endEvent>'),
  ),
  reject(
    "REF",
    "g",
    "a default that is a task",
    process('<exclusiveGateway id="g" default="a"/><task id="a"/>'),
  ),
  reject(
    "REF",
    "b",
    "a boundary event on a gateway",
    process('<exclusiveGateway id="g"/><boundaryEvent id="b" attachedToRef="g"/>'),
  ),
  reject(
    "REF",
    "m",
    "a message flow from a message",
    pools('<messageFlow id="m" sourceRef="msg" targetRef="Pool2"/>') +
      '<message id="msg"/>' + process("") + process("", "Q"),
  ),
  reject(
    "REF",
    "msg",
    "a message of the type of a pool",
    pools("") + '<message id="msg" itemRef="Pool1"/>' + process("") + process("", "Q"),
  ),
  reject(
    "REF",
    "t",
    "a task with a message as operation",
    '<message id="msg"/>' + process('<sendTask id="t" operationRef="msg"/>'),
  ),
  reject(
    "REF",
    "s",
    "a data input that is an output",
    process(
      '<task id="t"><ioSpecification><dataOutput id="o"/>' +
        '<inputSet id="s"><dataInputRefs>o</dataInputRefs></inputSet></ioSpecification></task>',
    ),
  ),
  reject(
    "REF",
    "as",
    "data from an event",
    process(`${SIMPLE}<task id="t"><dataInputAssociation id="as"><sourceRef>start</sourceRef>
    <targetRef>start</targetRef></dataInputAssociation></task>`),
  ),
  reject(
    "REF",
    "e",
    "an event definition that is a flow",
    process('<endEvent id="e"><eventDefinitionRef>a</eventDefinitionRef></endEvent><task id="a"/>'),
  ),
  reject(
    "REF",
    "op",
    "an operation's error that is a message",
    '<message id="msg"/><interface id="if"><operation id="op">' +
      "<inMessageRef>msg</inMessageRef><errorRef>msg</errorRef></operation></interface>",
  ),
  reject(
    "REF",
    "k",
    "a correlation property that is a pool",
    pools(
      '<correlationKey id="k"><correlationPropertyRef>Pool1' +
        "</correlationPropertyRef></correlationKey>",
    ) + process("") + process("", "Q"),
  ),
  reject(
    "REF",
    "pe",
    "a partner that is a process",
    process("") + '<partnerEntity id="pe"><participantRef>P</participantRef></partnerEntity>',
  ),
  reject(
    "REF",
    "P",
    "a collaboration that is a message",
    '<message id="msg"/><process id="P" definitionalCollaborationRef="msg"/>',
  ),
  reject(
    "REF",
    "l",
    "a link to an event",
    process(
      '<intermediateThrowEvent id="i"><linkEventDefinition id="l" name="x"><target>i</target>' +
        "</linkEventDefinition></intermediateThrowEvent>",
    ),
  ),
  reject(
    "REF",
    "lane",
    "a lane with a data object",
    process('<laneSet><lane id="lane"><flowNodeRef>d</flowNodeRef></lane></laneSet><dataObject id="d"/>'),
  ),
  reject("REF", "c", "a call to a task", process('<callActivity id="c" calledElement="a"/><task id="a"/>')),
  reject("REF", "t", "a prefix without an import", process('<sendTask id="t" messageRef="tns:x"/>')),
  accept("REF", "a simple process", process(SIMPLE)),
  accept(
    "REF",
    "an inherited kind",
    process('<transaction id="t"/><boundaryEvent id="b" attachedToRef="t"/>'),
  ),
  accept(
    "REF",
    "a prefix for the file's own namespace",
    '<message id="msg"/>' + process('<sendTask id="t" messageRef="tns:msg"/>'),
  ),
  accept(
    "REF",
    "what an import may define",
    IMPORT + process('<sendTask id="t" xmlns:o="urn:other" messageRef="o:msg"/>'),
  ),
  accept("REF", "types outside BPMN", '<itemDefinition id="i" structureRef="xsd:string"/>'),
  accept("REF", "a process that is deployed apart", process('<callActivity id="c" calledElement="other"/>')),
  accept(
    "REF",
    "an association between anything",
    process('<dataObject id="d"/><textAnnotation id="n"/><association id="a" sourceRef="d" targetRef="n"/>'),
  ),
];
