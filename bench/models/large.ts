/**
 * A large BPMN file, made up: what a modeller would write for a long process, with its diagram.
 *
 * @module
 */

/**
 * Makes a process of service tasks, each behind an exclusive gateway with a condition, with a diagram of all of it.
 *
 * @param bytes About how long the file is to be.
 */
export function largeBpmn(bytes: number): string {
  const model: string[] = [];
  const diagram: string[] = [];
  let length = 0;
  let last = "start";
  for (let i = 0; length < bytes; i++) {
    const nodes = block(i, last);
    const shapes = diagramOf(i);
    model.push(nodes);
    diagram.push(shapes);
    length += nodes.length + shapes.length;
    last = `merge-${i}`;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="large-definitions" targetNamespace="http://baton/bench">
  <process id="large" isExecutable="true">
    <startEvent id="start" />
${model.join("")}    <sequenceFlow id="to-end" sourceRef="${last}" targetRef="end" />
    <endEvent id="end" />
  </process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="large">
${diagram.join("")}    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>
`;
}

function block(i: number, last: string): string {
  return `    <sequenceFlow id="enter-${i}" sourceRef="${last}" targetRef="choice-${i}" />
    <exclusiveGateway id="choice-${i}" name="Is step ${i} needed?" default="skip-${i}" />
    <sequenceFlow id="take-${i}" sourceRef="choice-${i}" targetRef="task-${i}">
      <conditionExpression xsi:type="tFormalExpression">= total &gt; ${i} and customer.level = "gold"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="skip-${i}" sourceRef="choice-${i}" targetRef="merge-${i}" />
    <serviceTask id="task-${i}" name="Carry out step ${i}">
      <extensionElements>
        <zeebe:taskDefinition type="step-${i}" retries="3" />
        <zeebe:taskHeaders><zeebe:header key="queue" value="q-${i % 7}" /></zeebe:taskHeaders>
      </extensionElements>
    </serviceTask>
    <sequenceFlow id="done-${i}" sourceRef="task-${i}" targetRef="merge-${i}" />
    <exclusiveGateway id="merge-${i}" />
`;
}

function diagramOf(i: number): string {
  const shape = (id: string, x: number, size: number): string =>
    `      <bpmndi:BPMNShape id="${id}-shape" bpmnElement="${id}"><dc:Bounds x="${x}" y="100" width="${size}" height="${size}" /></bpmndi:BPMNShape>\n`;
  const edge = (id: string, x: number): string =>
    `      <bpmndi:BPMNEdge id="${id}-edge" bpmnElement="${id}"><di:waypoint x="${x}" y="125" /><di:waypoint x="${
      x + 50
    }" y="125" /></bpmndi:BPMNEdge>\n`;
  const x = i * 300;
  return shape(`choice-${i}`, x, 50) + shape(`task-${i}`, x + 100, 80) + shape(`merge-${i}`, x + 230, 50) +
    edge(`enter-${i}`, x - 50) + edge(`take-${i}`, x + 50) + edge(`skip-${i}`, x + 60) +
    edge(`done-${i}`, x + 180);
}
