/** Links one process: the order in which its parts are linked, and the freezing of the result. */
import { camundaHistoryMs, camundaVersionTag } from "../extensions/camunda.ts";
import { linkNodeExtensions } from "../extensions/mod.ts";
import { zeebeVersionTag } from "../extensions/zeebe.ts";
import type { XmlElement } from "../document.ts";
import type { FlowNode, ProcessModel } from "../types.ts";
import { linkActivities } from "./activities.ts";
import { linkCompensation } from "./compensation.ts";
import type { LinkContext } from "./context.ts";
import { linkEvents } from "./events.ts";
import { linkFlows } from "./flows.ts";
import { freeze } from "./freeze.ts";
import { linkGateways } from "./gateways.ts";
import { linkLinks } from "./links.ts";
import { makeNodes, type ProcessDraft, xmlOf } from "./nodes.ts";
import { linkStarts, startTriggers } from "./starts.ts";
import { checkCancel } from "./transactions.ts";

/**
 * Links a process.
 *
 * @param siblings Ids of all callable elements of the file.
 */
export function linkProcess(
  context: LinkContext,
  xml: XmlElement,
  siblings: readonly string[],
): ProcessModel {
  const process = makeNodes(context, xml);
  linkFlows(process);
  for (const node of process.order) linkNodeExtensions(context, node, xmlOf(process, node));
  linkEvents(process);
  linkActivities(process);
  linkGateways(process);
  linkLinks(process);
  linkCompensation(process);
  checkCancel(process);
  linkStarts(process);
  const triggers = startTriggers(process);
  const { root } = process;
  if (root.startNodes.length === 0 && triggers.length === 0) {
    context.problem("no-start", xml, `Cannot start process "${root.id}": it has nothing that can start`);
  }
  return finish(process, {
    siblings,
    startTriggers: triggers,
    versionTag: zeebeVersionTag(xml) ?? camundaVersionTag(xml),
    historyTimeToLiveMs: camundaHistoryMs(context, xml),
  });
}

/** Puts a model together and freezes it. */
export function finish(
  process: ProcessDraft,
  parts: Pick<ProcessModel, "siblings" | "startTriggers" | "versionTag" | "historyTimeToLiveMs">,
): ProcessModel {
  const { root } = process;
  const elements: ReadonlyMap<string, FlowNode> = new Map(process.order.map((node) => [node.id, node]));
  const { versionTag, historyTimeToLiveMs } = parts;
  const model: ProcessModel = {
    id: root.id,
    ...(root.name === undefined ? {} : { name: root.name }),
    ...(versionTag === undefined ? {} : { versionTag }),
    ...(historyTimeToLiveMs === undefined ? {} : { historyTimeToLiveMs }),
    root,
    elements,
    siblings: parts.siblings,
    startTriggers: parts.startTriggers,
  };
  return freeze(model);
}
