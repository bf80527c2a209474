/** Files of pathological shapes, of any size: where a reader, linker or rule might do work per pair of elements. */
import { DENSE_SHAPES } from "./dense_shapes.ts";

const OPEN =
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ` +
  `targetNamespace="t">`;

/** A file of one executable process, with what stands beside it. */
function file(process: string, beside = ""): string {
  return `${OPEN}${beside}<process id="p" isExecutable="true"><startEvent id="s"/>${process}</process></definitions>`;
}

function times(n: number, part: (i: number) => string): string {
  const parts: string[] = [];
  for (let i = 0; i < n; i++) parts.push(part(i));
  return parts.join("");
}

const flow = (id: string, from: string, to: string): string =>
  `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`;

/** A shape with n parts. */
export type Shape = (n: number) => string;

/** Each by what it may blow up. A file of n parts has roughly 100 n characters, unless its name says otherwise. */
const LARGE_SHAPES: Readonly<Record<string, Shape>> = {
  "a chain of tasks": (n) =>
    file(times(n, (i) => `<task id="t${i}"/>` + flow(`f${i}`, i === 0 ? "s" : `t${i - 1}`, `t${i}`))),
  "flows into one gateway": (n) =>
    file(
      `<exclusiveGateway id="g"/>` + times(n, (i) => `<task id="t${i}"/>` + flow(`f${i}`, `t${i}`, "g")),
    ),
  "flows out of one gateway, with conditions": (n) =>
    file(
      `<exclusiveGateway id="g"/><task id="t"/>` +
        times(n, (i) =>
          `<sequenceFlow id="f${i}" sourceRef="g" targetRef="t"><conditionExpression>${"${"}x > ${i}}</conditionExpression></sequenceFlow>`),
    ),
  "flows in FEEL out of one gateway": (n) =>
    file(
      `<inclusiveGateway id="g"/><task id="t"/>` +
        times(n, (i) =>
          `<sequenceFlow id="f${i}" sourceRef="g" targetRef="t"><conditionExpression>=x > ${i}</conditionExpression></sequenceFlow>`),
    ),
  "inclusive gateways in series": (n) =>
    file(
      times(n, (i) =>
        `<inclusiveGateway id="g${i}"/>` + flow(`f${i}`, i === 0 ? "s" : `g${i - 1}`, `g${i}`) +
        (i > 0 ? flow(`e${i}`, `g${i - 1}`, `g${i}`) : "")),
    ),
  "flows listed twice": (n) =>
    file(
      `<exclusiveGateway id="g">${
        times(n, (i) => `<incoming>f${i}</incoming><outgoing>f${i}</outgoing>`)
      }</exclusiveGateway>` +
        times(n, (i) => flow(`f${i}`, "g", "g")),
    ),
  "boundary events of one task": (n) =>
    file(
      `<task id="t"/>` +
        times(n, (i) =>
          `<boundaryEvent id="b${i}" attachedToRef="t"><signalEventDefinition signalRef="x"/></boundaryEvent>`),
      `<signal id="x" name="x"/>`,
    ),
  "cancel end events and boundary events of one transaction": (n) =>
    file(
      `<transaction id="t">${
        times(n, (i) => `<endEvent id="e${i}"><cancelEventDefinition/></endEvent>`)
      }</transaction>` +
        times(n, (i) =>
          `<boundaryEvent id="b${i}" attachedToRef="t"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>`),
    ),
  "compensation handlers of one task": (n) =>
    file(
      `<task id="t"/>` +
        times(n, (i) =>
          `<boundaryEvent id="b${i}" attachedToRef="t"><compensateEventDefinition/></boundaryEvent><task id="h${i}" isForCompensation="true"/><association id="a${i}" sourceRef="b${i}" targetRef="h${i}"/>`),
    ),
  "handlers of one compensation": (n) =>
    file(
      `<task id="t"/><boundaryEvent id="b" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>` +
        times(n, (i) => `<task id="h${i}"/><association id="a${i}" sourceRef="b" targetRef="h${i}"/>`),
    ),
  "event sub-processes": (n) =>
    file(
      times(n, (i) =>
        `<subProcess id="e${i}" triggeredByEvent="true"><startEvent id="s${i}"><signalEventDefinition signalRef="x"/></startEvent></subProcess>`),
      `<signal id="x" name="x"/>`,
    ),
  "sub-processes side by side, 100 deep": (n) =>
    file(
      times(n / 100, (i) =>
        times(100, (d) =>
          `<subProcess id="s${i}_${d}">`) + `<task id="t${i}"/>` + "</subProcess>".repeat(100)),
    ),
  "lanes of all tasks": (n) =>
    file(
      `<laneSet id="ls">${
        times(
          n,
          (i) => `<lane id="l${i}"><flowNodeRef>t${i}</flowNodeRef><flowNodeRef>s</flowNodeRef></lane>`,
        )
      }</laneSet>` +
        times(n, (i) => `<task id="t${i}"/>`),
    ),
  "link events, in pairs": (n) =>
    file(
      times(n, (i) =>
        `<intermediateThrowEvent id="t${i}"><linkEventDefinition name="l${i}"/></intermediateThrowEvent><intermediateCatchEvent id="c${i}"><linkEventDefinition name="l${i}"/></intermediateCatchEvent>`),
    ),
  "link events of one name in two scopes": (n) =>
    file(
      `<subProcess id="a">${
        times(
          n,
          (i) =>
            `<intermediateThrowEvent id="t${i}"><linkEventDefinition name="l"/></intermediateThrowEvent>`,
        )
      }</subProcess>` +
        `<subProcess id="b">${
          times(n, (i) =>
            `<intermediateCatchEvent id="c${i}"><linkEventDefinition name="l"/></intermediateCatchEvent>`)
        }</subProcess>`,
    ),
  "sources and targets of one pair of links": (n) =>
    file(
      `<intermediateThrowEvent id="t"><linkEventDefinition id="td" name="l">${
        "<target>cd</target>".repeat(n)
      }</linkEventDefinition></intermediateThrowEvent>` +
        `<intermediateCatchEvent id="c"><linkEventDefinition id="cd" name="l">${
          "<source>td</source>".repeat(n)
        }</linkEventDefinition></intermediateCatchEvent>`,
    ),
  "links to wrong targets": (n) =>
    file(
      `<task id="x"/><intermediateThrowEvent id="t"><linkEventDefinition id="td" name="l">${
        "<target>x</target>".repeat(n)
      }</linkEventDefinition></intermediateThrowEvent>` +
        `<intermediateCatchEvent id="c"><linkEventDefinition id="cd" name="l">${
          "<source>td</source>".repeat(n)
        }</linkEventDefinition></intermediateCatchEvent>`,
    ),
  "links to one event of many definitions": (n) =>
    file(
      times(n, (i) =>
        `<intermediateThrowEvent id="t${i}"><linkEventDefinition name="l"><target>c</target></linkEventDefinition></intermediateThrowEvent>`) +
        `<intermediateCatchEvent id="c">${"<signalEventDefinition/>".repeat(n)}</intermediateCatchEvent>`,
    ),
  "definitions in one event": (n) =>
    file(
      `<intermediateCatchEvent id="e">${
        times(n, () => `<signalEventDefinition signalRef="x"/>`)
      }</intermediateCatchEvent>`,
      `<signal id="x" name="x"/>`,
    ),
  "references to one definition": (n) =>
    file(
      times(n, (i) =>
        `<intermediateThrowEvent id="e${i}"><eventDefinitionRef>d</eventDefinitionRef></intermediateThrowEvent>`),
      `<signalEventDefinition id="d" signalRef="x"/><signal id="x" name="x"/>`,
    ),
  "references from one event": (n) =>
    file(
      `<intermediateCatchEvent id="e">${
        "<eventDefinitionRef>d</eventDefinitionRef>".repeat(n)
      }</intermediateCatchEvent>`,
      `<escalationEventDefinition id="d"/>`,
    ),
  "an event-based gateway to one event of many definitions": (n) =>
    file(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="e">${
        "<timerEventDefinition/>".repeat(n)
      }</intermediateCatchEvent>` +
        times(n, (i) => flow(`f${i}`, "g", "e")),
    ),
  "tasks of one message with many properties and keys": (n) =>
    file(
      times(n, (i) => `<receiveTask id="r${i}" messageRef="m"/>`),
      `<message id="m" name="m"/><collaboration id="co">` +
        times(n, (i) =>
          `<correlationKey id="k${i}"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey>`) +
        `</collaboration><message id="other" name="o"/><correlationProperty id="cp">` +
        times(n, () =>
          `<correlationPropertyRetrievalExpression messageRef="other"><messagePath>x</messagePath></correlationPropertyRetrievalExpression>`) +
        `</correlationProperty>`,
    ),
  "bindings of one subscription": (n) =>
    file(
      `<correlationSubscription id="cs" correlationKeyRef="k">${
        times(
          n,
          (i) =>
            `<correlationPropertyBinding correlationPropertyRef="cp${i}"><dataPath>x${i}</dataPath></correlationPropertyBinding>`,
        )
      }</correlationSubscription>` +
        times(n, (i) => `<receiveTask id="r${i}" messageRef="m"/>`),
      `<message id="m" name="m"/><collaboration id="co"><correlationKey id="k">${
        times(n, (i) => `<correlationPropertyRef>cp${i}</correlationPropertyRef>`)
      }</correlationKey></collaboration>` +
        times(
          n,
          (i) =>
            `<correlationProperty id="cp${i}"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>x</messagePath></correlationPropertyRetrievalExpression></correlationProperty>`,
        ),
    ),
  "calls of a process with many inputs": (n) =>
    file(
      times(n, (i) => `<callActivity id="c${i}" calledElement="q"/>`),
      `<process id="q" isExecutable="true"><ioSpecification>${
        times(n, (i) => `<dataInput id="q${i}"/>`)
      }</ioSpecification><startEvent id="qs"/></process>`,
    ),
  "a call with many inputs of other names": (n) =>
    file(
      `<callActivity id="c" calledElement="q"><ioSpecification>${
        times(n, (i) => `<dataInput id="own${i}" name="a${i % (n - 1)}"/>`)
      }</ioSpecification></callActivity>`,
      `<process id="q" isExecutable="true"><ioSpecification>${
        times(n, (i) => `<dataInput id="q${i}" name="a${i}"/>`)
      }</ioSpecification><startEvent id="qs"/></process>`,
    ),
  "calls of a process with many start events": (n) =>
    file(
      times(n, (i) => `<callActivity id="c${i}" calledElement="q"/>`),
      `<process id="q" isExecutable="true">${
        times(n, (i) => `<startEvent id="q${i}"><signalEventDefinition signalRef="x"/></startEvent>`)
      }</process><signal id="x" name="x"/>`,
    ),
  "bindings of a process to its many interfaces": (n) =>
    file(
      times(n, () => `<supportedInterfaceRef>if0</supportedInterfaceRef>`) +
        times(n, () => `<ioBinding operationRef="o" inputDataRef="x" outputDataRef="x"/>`),
      `<interface id="if0" name="i"><operation id="o0"/></interface><interface id="if1" name="j"><operation id="o"/></interface>`,
    ),
  "throws and catches of one payload": (n) =>
    file(
      times(n, (i) =>
        `<intermediateThrowEvent id="t${i}"><dataInput id="in${i}"/><signalEventDefinition signalRef="x"/></intermediateThrowEvent>`) +
        times(n, (i) =>
          `<intermediateCatchEvent id="c${i}"><dataOutput id="out${i}"/><dataOutputAssociation><sourceRef>out${i}</sourceRef><targetRef>d</targetRef></dataOutputAssociation><signalEventDefinition signalRef="x"/></intermediateCatchEvent>`) +
        `<dataObject id="d"/>`,
      `<signal id="x" name="x"/>`,
    ),
  "data of one activity": (n) =>
    file(
      `<task id="t"><ioSpecification>${times(n, (i) => `<dataInput id="i${i}"/>`)}<inputSet>${
        times(n, (i) => `<dataInputRefs>i${i}</dataInputRefs><optionalInputRefs>i${i}</optionalInputRefs>`)
      }</inputSet></ioSpecification>${
        times(
          n,
          (i) =>
            `<dataInputAssociation><sourceRef>d</sourceRef><targetRef>i${i}</targetRef></dataInputAssociation>`,
        )
      }</task><dataObject id="d"/>`,
    ),
  "input sets of one activity": (n) =>
    file(
      `<task id="t"><ioSpecification>${times(n, (i) => `<dataInput id="i${i}"/>`)}<inputSet>${
        times(n, (i) => `<dataInputRefs>i${i}</dataInputRefs>`)
      }</inputSet>${"<inputSet/>".repeat(n)}</ioSpecification></task>`,
    ),
  "message flows from one pool": (n) =>
    file(
      times(n, (i) => `<task id="t${i}"/>`),
      `<collaboration id="co"><participant id="pa" processRef="p"/>${
        times(n, (i) => `<messageFlow id="m${i}" sourceRef="pa" targetRef="t${i}"/>`)
      }</collaboration>`,
    ),
  "processes": (n) =>
    `${OPEN}${
      times(n, (i) => `<process id="p${i}" isExecutable="true"><startEvent id="s${i}"/></process>`)
    }</definitions>`,
  "global tasks": (n) => file("", times(n, (i) => `<globalTask id="g${i}"/>`)),
  "duplicate ids": (n) => file(times(n, () => `<task id="same"/>`)),
  "unknown references": (n) => file(times(n, (i) => flow(`f${i}`, "no", "where"))),
  "elements without ids": (n) => file("<task/>".repeat(n)),
  "unknown elements, nested": (n) =>
    file(
      `<extensionElements>${times(n / 50, () => "<x>".repeat(50) + "</x>".repeat(50))}</extensionElements>`,
    ),
  "unknown extension elements": (n) =>
    file(
      `<task id="t"><extensionElements>${
        times(n, (i) => `<e${i} xmlns="urn:u${i}"/>`)
      }</extensionElements></task>`,
    ),
  "many of one extension": (n) =>
    file(
      `<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="t"/><zeebe:ioMapping>${
        times(n, (i) => `<zeebe:input source="=a${i}" target="b${i}.c"/>`)
      }</zeebe:ioMapping><zeebe:taskHeaders>${
        times(n, (i) => `<zeebe:header key="k${i}" value="v"/>`)
      }</zeebe:taskHeaders></extensionElements></serviceTask>`,
    ),
  "many lists of one extension": (n) =>
    file(
      `<serviceTask id="t" camunda:topic="t"><extensionElements>${
        times(
          n,
          (i) =>
            `<camunda:inputOutput><camunda:inputParameter name="k${i}"><camunda:list><camunda:value>${"${"}x}</camunda:value></camunda:list></camunda:inputParameter></camunda:inputOutput>`,
        )
      }</extensionElements></serviceTask>`,
    ),
  "attributes, 900 in each element": (n) =>
    file(times(n / 90, (i) => `<task id="t${i}" ${times(900, (a) => `a${a}="" `)}/>`)),
  "attributes of one extension's namespace": (n) =>
    file(times(n / 90, (i) => `<task id="t${i}" ${times(900, (a) => `camunda:a${a}="" `)}/>`)),
  "one attribute of the whole size": (n) => file(`<task id="t" name="${"x".repeat(100 * n)}"/>`),
  "one id of the whole size, with problems inside": (n) =>
    file(
      `<subProcess id="${"x".repeat(50 * n)}">${
        "<task/><endEvent><linkEventDefinition/></endEvent>".repeat(n)
      }</subProcess>`,
    ),
  "a name of the whole size that many problems repeat": (n) =>
    file(
      `<exclusiveGateway name="${"x".repeat(50 * n)}">${
        "<incoming>a</incoming>".repeat(n)
      }</exclusiveGateway>`,
    ),
  "a reference of the whole size": (n) =>
    file(`<sequenceFlow id="f" sourceRef="${"y".repeat(50 * n)}" targetRef="${"z".repeat(50 * n)}"/>`),
  "documentation of the whole size": (n) =>
    file(`<documentation>${"text &amp; ".repeat(10 * n)}</documentation>`),
  "CDATA in pieces": (n) => file(`<documentation>${"<![CDATA[x]]>".repeat(8 * n)}</documentation>`),
  "comments and instructions": (n) => file("<!-- - --><?x y?>".repeat(6 * n)),
  "character references": (n) => file(`<documentation>${"&#x10FFFF;".repeat(10 * n)}</documentation>`),
  "white space": (n) => file(`${" \r\n\t".repeat(25 * n)}`),
  "tags of two lines": (n) => file(times(2 * n, () => `<task\nid="" name="x"\n/>`)),
  "a tag with a long blank": (n) => file(`<task${" ".repeat(100 * n)}id="t"/>`),
  "script of the whole size": (n) =>
    file(`<scriptTask id="t" scriptFormat="javascript"><script>${"1;".repeat(50 * n)}</script></scriptTask>`),
  "one FEEL text of the whole size": (n) =>
    file(`<scriptTask id="t" scriptFormat="feel"><script>${"1+".repeat(50 * n)}1</script></scriptTask>`),
  "FEEL texts": (n) =>
    file(
      times(n, (i) =>
        `<scriptTask id="t${i}" scriptFormat="feel"><script>a${i} + [1,2][1]</script></scriptTask>`),
    ),
  "large FEEL texts": (n) =>
    file(
      times(n / 50, (i) =>
        `<scriptTask id="t${i}" scriptFormat="feel"><script>${i}${"+1".repeat(2_000)}</script></scriptTask>`),
    ),
  "large FEEL texts of strange tokens": (n) =>
    file(
      times(n / 50, (i) =>
        `<scriptTask id="t${i}" scriptFormat="feel"><script>${`a${i} `.repeat(300)}</script></scriptTask>`),
    ),
  "FEEL contexts": (n) =>
    file(
      times(n / 50, (i) =>
        `<scriptTask id="t${i}" scriptFormat="feel"><script>{${
          times(200, (e) =>
            `a${e}: ${i},`)
        } z: 1}</script></scriptTask>`),
    ),
  "one small expression of the whole size": (n) =>
    file(
      `<task id="t"><standardLoopCharacteristics><loopCondition>${
        "1+".repeat(50 * n)
      }1</loopCondition></standardLoopCharacteristics></task>`,
    ),
  "brackets of the whole size": (n) =>
    file(
      `<task id="t"><standardLoopCharacteristics><loopCondition>${
        "(".repeat(100 * n)
      }</loopCondition></standardLoopCharacteristics></task>`,
    ),
  "a template of placeholders": (n) => file(`<userTask id="t" camunda:formKey="${"${x}".repeat(25 * n)}"/>`),
  "a template that is not closed": (n) =>
    file(`<userTask id="t" camunda:formKey="${"x${".repeat(30 * n)}"/>`),
  "a timer of the whole size": (n) =>
    file(
      `<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P${
        "1".repeat(100 * n)
      }D</timeDuration></timerEventDefinition></intermediateCatchEvent>`,
    ),
  "a cron timer of the whole size": (n) =>
    file(
      `<intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>${
        "1,".repeat(50 * n)
      }1 * * * *</timeCycle></timerEventDefinition></intermediateCatchEvent>`,
    ),
  "timer start events": (n) =>
    file(
      times(n, (i) =>
        `<startEvent id="s${i}"><timerEventDefinition><timeCycle>R/PT${
          i + 1
        }H</timeCycle></timerEventDefinition></startEvent>`),
    ),
  "cron start events": (n) =>
    file(
      times(n, (i) =>
        `<startEvent id="s${i}"><timerEventDefinition><timeCycle>0 0 29 2 ${
          i % 7
        }</timeCycle></timerEventDefinition></startEvent>`),
    ),
  "message start events": (n) =>
    file(
      times(n, (i) => `<startEvent id="s${i}"><messageEventDefinition messageRef="m${i}"/></startEvent>`),
      times(n, (i) => `<message id="m${i}" name="m${i}"/>`),
    ),
  "candidate groups": (n) =>
    file(
      `<userTask id="t">${
        times(
          n,
          (i) =>
            `<potentialOwner><resourceAssignmentExpression><formalExpression>user(g${i})</formalExpression></resourceAssignmentExpression></potentialOwner>`,
        )
      }</userTask>`,
    ),
  "a retry policy of the whole size": (n) =>
    file(
      `<serviceTask id="t" camunda:topic="t"><extensionElements><camunda:failedJobRetryTimeCycle>${
        "PT1M,".repeat(20 * n)
      }</camunda:failedJobRetryTimeCycle></extensionElements></serviceTask>`,
    ),
  "diagram shapes": (n) =>
    `${
      OPEN.replace(
        "targetNamespace",
        `xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace`,
      )
    }<process id="p" isExecutable="true"><startEvent id="s"/></process><bpmndi:BPMNDiagram>${
      times(n, (i) => `<bpmndi:BPMNShape id="sh${i}" bpmnElement="s"/>`)
    }</bpmndi:BPMNDiagram></definitions>`,
};

/** All. */
export const SHAPES: Readonly<Record<string, Shape>> = { ...LARGE_SHAPES, ...DENSE_SHAPES };
