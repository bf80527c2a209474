/**
 * From where can a token still reach which incoming flow of a gateway, without passing through the gateway?
 * (BPMN 2.0.2, 13.4.3). Computed once per gateway, by walking backwards; cycles are visited once.
 */
import type { FlowNode, Gateway } from "../model/types.ts";

const cache = new WeakMap<Gateway, ReadonlyMap<FlowNode, ReadonlySet<string>>>();

/** @returns For each node of the gateway's scope the ids of the incoming flows it has a path to. */
export function pathsTo(gateway: Gateway): ReadonlyMap<FlowNode, ReadonlySet<string>> {
  let paths = cache.get(gateway);
  if (!paths) cache.set(gateway, paths = compute(gateway));
  return paths;
}

function compute(gateway: Gateway): Map<FlowNode, Set<string>> {
  const before = predecessors(gateway);
  const paths = new Map<FlowNode, Set<string>>();
  for (const flow of gateway.incoming) {
    const open: FlowNode[] = [flow.source];
    const seen = new Set<FlowNode>([gateway]);
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      let reached = paths.get(node);
      if (!reached) paths.set(node, reached = new Set());
      reached.add(flow.id);
      open.push(...before.get(node) ?? []);
    }
  }
  return paths;
}

/** Every way into a node within its scope: flows, links, and boundary events from their activity. */
function predecessors(gateway: Gateway): Map<FlowNode, FlowNode[]> {
  const before = new Map<FlowNode, FlowNode[]>();
  const add = (to: FlowNode, from: FlowNode) => {
    const list = before.get(to);
    if (list) list.push(from);
    else before.set(to, [from]);
  };
  for (const node of gateway.parent?.nodes ?? []) {
    for (const flow of node.incoming) add(node, flow.source);
    if (node.type === "boundaryEvent") add(node, node.attachedTo);
    if (!("definitions" in node)) continue;
    for (const definition of node.definitions) {
      if (definition.kind === "link" && definition.target) add(definition.target, node);
    }
  }
  return before;
}
