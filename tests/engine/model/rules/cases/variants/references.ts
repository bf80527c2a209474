/**
 * References: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import { accept, process, reject, type RuleCase, TIMER } from "../case.ts";
import { catches, FAR, IMPORT, loop } from "./parts.ts";

const unresolved = (id: string, what: string, xml: string) => reject("REF", id, what, xml);

export const referenceVariants: readonly RuleCase[] = [
  unresolved(
    "f",
    "a prefix that stands for the file itself, beside an import",
    IMPORT + process('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="tns:b"/>'),
  ),
  unresolved(
    "c",
    "a prefix that is not imported",
    IMPORT +
      catches('<signalEventDefinition id="sd" xmlns:z="urn:z" signalRef="z:s"/>').replace(
        '<signalEventDefinition id="sd"',
        "<signalEventDefinition",
      ),
  ),
  unresolved(
    "f",
    "an undeclared prefix",
    IMPORT + process('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="q:b"/>'),
  ),
  unresolved(
    "x",
    "the type of an expression",
    process(
      '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression id="x" xsi:type="tFormalExpression" evaluatesToTypeRef="a">c</conditionExpression></sequenceFlow>',
    ),
  ),
  unresolved(
    "rp",
    "the type of a resource parameter",
    '<resource id="r" name="r"><resourceParameter id="rp" type="r"/></resource>',
  ),
  unresolved(
    "ev",
    "the event of a loop",
    loop(
      '<loopCardinality>1</loopCardinality><complexBehaviorDefinition><condition>x</condition><event id="ev"><eventDefinitionRef>a</eventDefinitionRef></event></complexBehaviorDefinition>',
    ),
  ),
  unresolved(
    "pe",
    "a partner entity",
    '<partnerEntity id="pe" name="x"><participantRef>P</participantRef></partnerEntity>' + process(""),
  ),
  unresolved(
    "ct",
    "a choreography task",
    '<choreography id="C"><choreographyTask id="ct" name="x" initiatingParticipantRef="C"><participantRef>C</participantRef><messageFlowRef>C</messageFlowRef></choreographyTask></choreography>',
  ),
  unresolved(
    "cc",
    "a called choreography",
    '<choreography id="C"><callChoreography id="cc" calledChoreographyRef="P"/></choreography>' + process(""),
  ),
  unresolved(
    "cl",
    "a conversation link",
    '<collaboration id="C"><participant id="A"/><conversation id="k"/><conversationLink id="cl" sourceRef="A" targetRef="nowhere"/></collaboration>',
  ),
  unresolved(
    "pa",
    "an association of participants",
    '<collaboration id="C"><participantAssociation id="pa"><innerParticipantRef>C</innerParticipantRef><outerParticipantRef>C</outerParticipantRef></participantAssociation></collaboration>',
  ),
  unresolved(
    "P",
    "what a process supports",
    `<process id="P"><supports>a</supports><task id="a"/></process>`,
  ),
  unresolved(
    "d",
    "a data object reference to a store",
    '<dataStore id="ds"/>' + process('<dataObjectReference id="d" dataObjectRef="ds"/>'),
  ),
  unresolved(
    "cs",
    "a correlation subscription",
    process('<correlationSubscription id="cs" correlationKeyRef="P"/>'),
  ),
  unresolved("g", "a group", process('<group id="g" categoryValueRef="P"/>')),
  unresolved(
    "b",
    "a boundary event on a gateway",
    process(`<exclusiveGateway id="x"/><boundaryEvent id="b" attachedToRef="x">${TIMER}</boundaryEvent>`),
  ),
  unresolved(
    "l",
    "a lane",
    process('<laneSet><lane id="l"><flowNodeRef>f</flowNodeRef></lane></laneSet><dataObject id="f"/>'),
  ),
  unresolved(
    "o",
    "an operation",
    '<interface id="i" name="i"><operation id="o" name="o"><inMessageRef>i</inMessageRef><errorRef>i</errorRef></operation></interface>',
  ),
  unresolved(
    "h",
    "who does a task",
    process(
      '<userTask id="u"><humanPerformer id="h"><resourceRef>u</resourceRef></humanPerformer></userTask>',
    ),
  ),
  unresolved("c", "a call to a task", process('<task id="t"/><callActivity id="c" calledElement="tns:t"/>')),
  accept(
    "REF",
    "into an imported file, of every kind",
    IMPORT +
      `<collaboration id="C" ${FAR}><participant id="A" processRef="o:P"/><messageFlow id="m" sourceRef="A" targetRef="o:x" messageRef="o:m"/></collaboration><process id="P" ${FAR} definitionalCollaborationRef="o:C"><supports>o:Q</supports><userTask id="u"><potentialOwner><resourceRef>o:r</resourceRef></potentialOwner></userTask><callActivity id="c" calledElement="o:Q"/><endEvent id="e"><eventDefinitionRef>o:d</eventDefinitionRef></endEvent></process>`,
  ),
  accept(
    "REF",
    "an import that does not say its namespace",
    '<import importType="x" location="y"/>' + catches(`<signalEventDefinition ${FAR} signalRef="o:s"/>`),
  ),
  accept(
    "REF",
    "types of a schema",
    process(
      '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression xsi:type="tFormalExpression" evaluatesToTypeRef="xsd:boolean">c</conditionExpression></sequenceFlow>',
    ) + '<itemDefinition id="i" structureRef="xsd:string"/>',
  ),
  accept(
    "REF",
    "by the file's own prefix",
    process('<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="tns:a" targetRef="tns:b"/>'),
  ),
  accept(
    "REF",
    "conversations and choreographies",
    '<collaboration id="C"><participant id="A"/><participant id="B"/><messageFlow id="m" sourceRef="A" targetRef="B"/><conversation id="k"><participantRef>A</participantRef><participantRef>B</participantRef><messageFlowRef>m</messageFlowRef></conversation><conversationLink id="cl" sourceRef="A" targetRef="k"/><callConversation id="cc" calledCollaborationRef="G"/></collaboration><globalConversation id="G"/><choreography id="H"><participant id="A2"/><participant id="B2"/><startEvent id="s"/><choreographyTask id="ct" initiatingParticipantRef="A2"><participantRef>A2</participantRef><participantRef>B2</participantRef></choreographyTask><sequenceFlow id="f" sourceRef="s" targetRef="ct"/></choreography>',
  ),
  accept(
    "REF",
    "a drawing of nothing",
    process("") +
      '<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI"><BPMNPlane bpmnElement="P">' +
      '<BPMNShape id="shape" bpmnElement="gone"/></BPMNPlane></BPMNDiagram>',
  ),
  accept(
    "REF",
    "a process that is called and deployed elsewhere",
    process('<callActivity id="c" calledElement="elsewhere"/>'),
  ),
];
