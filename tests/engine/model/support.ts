/** Short ways to write models in tests. */
import assert from "node:assert/strict";
import { compileBpmn, parseBpmn, type ParseOptions } from "../../../engine/model/parse.ts";
import type { Expression } from "../../../engine/expression/types.ts";
import type { FlowNode, Problem, ProcessModel } from "../../../engine/model/types.ts";

const NAMESPACES = [
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
  'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
  'xmlns:tns="urn:test"',
  'targetNamespace="urn:test"',
].join(" ");

/** A file with one process, `p`, on line 2, and further root elements. */
export function file(content: string, root = "", attributes = ""): string {
  return `<definitions ${NAMESPACES} ${attributes}>\n<process id="p" isExecutable="true">${content}</process>${root}</definitions>`;
}

/** Sequence flows `a->b`, with the id `a-b`. */
export function flows(...arrows: string[]): string {
  return arrows.map((arrow) => {
    const [source, target] = arrow.split("->");
    return `<sequenceFlow id="${source}-${target}" sourceRef="${source}" targetRef="${target}"/>`;
  }).join("");
}

/** Compiles a process that must be accepted. */
export function compile(content: string, root = "", options: ParseOptions = {}): ProcessModel {
  const model = compileBpmn(file(content, root), options).models.find((m) => m.id === "p");
  assert.ok(model);
  return model;
}

/** The node with that id. Its type is what the test says. */
export function node<T extends FlowNode>(model: ProcessModel, id: string): T {
  const found = model.elements.get(id);
  assert.ok(found, `no element "${id}"`);
  return found as T;
}

/** `rule element` of each error and form problem. */
export function rules(content: string, root = ""): string[] {
  return problems(content, root).filter((p) => p.severity !== "warning").map((p) =>
    `${p.rule} ${p.elementId}`
  );
}

/** All problems of the reader and the linker. */
export function problems(content: string, root = "", options: ParseOptions = {}): readonly Problem[] {
  return parseBpmn(file(content, root), options).problems;
}

/** The value of an expression with these variables. */
export function value(expression: Expression | undefined, variables: Record<string, unknown> = {}): unknown {
  return expression?.evaluate({
    get: (name) => Object.hasOwn(variables, name) ? variables[name] : undefined,
    at: 0,
  });
}
