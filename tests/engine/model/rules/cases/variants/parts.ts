/** What several files of cases are made of. */
import { process } from "../case.ts";

export const sub = (content: string, id = "S", attributes = "") =>
  `<subProcess id="${id}" ${attributes}>${content}</subProcess>`;
export const eventSub = (content: string, id = "E") => sub(content, id, 'triggeredByEvent="true"');
export const IMPORT =
  '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="o.bpmn" namespace="urn:o"/>';
export const far = (name: string) => `o:${name}`;
export const FAR = 'xmlns:o="urn:o"';
export const MESSAGE =
  '<messageEventDefinition id="md" messageRef="m1" ><operationRef>op</operationRef></messageEventDefinition>';
export const SIGNAL = '<signalEventDefinition id="sd" signalRef="sig"/>';
export const ref = (id: string) => `<eventDefinitionRef>${id}</eventDefinitionRef>`;
export const listed = (nodes: string) => `<process id="P" isExecutable="true">${nodes}</process>`;

export const conditional = (content: string) =>
  `<conditionalEventDefinition id="cd">${content}</conditionalEventDefinition>`;
export const catches = (content: string, wrap = process) =>
  wrap(`<intermediateCatchEvent id="c">${content}</intermediateCatchEvent>`);
export const throws = (content: string, wrap = process) =>
  wrap(`<intermediateThrowEvent id="t">${content}</intermediateThrowEvent>`);

export const link = (id: string, content = "") =>
  `<linkEventDefinition id="${id}" name="L">${content}</linkEventDefinition>`;
export const target = (id: string) => `<target>${id}</target>`;
export const source = (id: string) => `<source>${id}</source>`;

export const loop = (content: string, task = "task", before = "") =>
  process(
    `<${task} id="a">${before}<multiInstanceLoopCharacteristics>${content}</multiInstanceLoopCharacteristics></${task}>`,
  );
export const call = (content: string, called = "Q") =>
  process(`<callActivity id="c" calledElement="${called}">${content}</callActivity>`);
