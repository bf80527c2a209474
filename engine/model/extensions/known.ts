/** Which extensions are read, known to change nothing, or refused: one table for each namespace. */
import type { XmlElement } from "../document.ts";
import type { LinkContext } from "../link/context.ts";
import { ACTIVITI, CAMUNDA, ZEEBE } from "./namespaces.ts";

/** What is known of the names of one namespace. */
export interface KnownNames {
  /** Read, or without effect when running. */
  readonly elements: ReadonlySet<string>;
  /** The same for attributes. */
  readonly attributes: ReadonlySet<string>;
  /** Would change what runs, and are not supported. Value: what to do instead. */
  readonly refused: ReadonlyMap<string, string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const ZEEBE_NAMES: KnownNames = {
  elements: words(`
    taskDefinition taskHeaders header ioMapping input output loopCharacteristics subscription calledElement script
    calledDecision assignmentDefinition formDefinition taskSchedule priorityDefinition userTask userTaskForm
    properties property versionTag adHoc conditionalFilter publishMessage`),
  attributes: words("modelerTemplate modelerTemplateVersion modelerTemplateIcon"),
  refused: new Map([
    ["executionListeners", "model the work as tasks"],
    ["taskListeners", "model the work as tasks"],
    ["linkedResources", "pass what the handler needs as headers"],
  ]),
};

const CAMUNDA_NAMES: KnownNames = {
  elements: words(`
    inputOutput inputParameter outputParameter list map entry value script in out properties property
    failedJobRetryTimeCycle field string expression formData formField formProperty constraint validation
    potentialStarter`),
  attributes: words(`
    type topic class delegateExpression expression resultVariable async asyncBefore asyncAfter exclusive collection
    elementVariable calledElementBinding calledElementVersion calledElementVersionTag decisionRef decisionRefBinding
    decisionRefVersion decisionRefVersionTag mapDecisionResult candidateUsers candidateGroups assignee dueDate
    followUpDate priority formKey formRef formRefBinding formRefVersion initiator versionTag historyTimeToLive
    errorCodeVariable errorMessageVariable errorMessage escalationCodeVariable variableName taskPriority jobPriority
    isStartableInTasklist candidateStarterUsers candidateStarterGroups diagramRelationId modelerTemplate
    modelerTemplateVersion modelerTemplateIcon`),
  refused: new Map([
    ["executionListener", "model the work as tasks"],
    ["taskListener", "model the work as tasks"],
    ["connector", "use a job type with a handler"],
    ["errorEventDefinition", "throw the BPMN error in the handler"],
    ["variableMappingClass", "use in and out mappings"],
    ["variableMappingDelegateExpression", "use in and out mappings"],
    ["resource", "put the script into the model"],
    ["caseRef", "cases are not supported"],
    ["calledElementTenantId", "a called process belongs to its caller's tenant"],
    ["formHandlerClass", "complete the task through the API"],
    ["variableEvents", "leave it out: created and changed variables count"],
  ]),
};

const NAMES: ReadonlyMap<string, KnownNames> = new Map([
  [ZEEBE, ZEEBE_NAMES],
  [CAMUNDA, CAMUNDA_NAMES],
  [ACTIVITI, CAMUNDA_NAMES],
]);
/** By the prefix that the reader gives to the attributes of a namespace. */
export const KNOWN_EXTENSIONS: ReadonlyMap<string, KnownNames> = new Map([
  ["zeebe", ZEEBE_NAMES],
  ["camunda", CAMUNDA_NAMES],
]);

/** Another version of what we read, or a slip of the pen: ignoring it would silently change what runs. */
const NEAR_MISS =
  /^https?:\/\/(?:www\.)?(?:camunda\.org\/schema\/(?:zeebe|[\d.]+\/bpmn)|activiti\.org\/bpmn)/i;

/** Checks the extensions of an element and of all below it. */
export function checkExtensions(context: LinkContext, xml: XmlElement): void {
  const foreign = new Map<string, { first: XmlElement; count: number }>();
  walk(context, xml, foreign);
  for (const [uri, { first, count }] of foreign) {
    const message = `Ignored <${first.name}> and all else of namespace "${uri}" in ${xml.name} "${
      xml.id ?? ""
    }" (${count})`;
    context.problem("unknown-extension", first, message);
  }
}

// Recursion is bounded by the depth limit of the reader.
function walk(
  context: LinkContext,
  xml: XmlElement,
  foreign: Map<string, { first: XmlElement; count: number }>,
): void {
  for (const name of xml.attributes.keys()) checkAttribute(context, xml, name);
  for (const element of xml.children) {
    if (element.uri === context.document.root.uri) {
      walk(context, element, foreign);
      continue;
    }
    const names = NAMES.get(element.uri);
    if (!names && NEAR_MISS.test(element.uri)) {
      refuse(
        context,
        element,
        `<${element.name}> of namespace "${element.uri}"`,
        `use "${ZEEBE}" or "${CAMUNDA}"`,
      );
      continue;
    }
    if (!names) {
      // One message a namespace: modellers of all makes leave their own data in every element.
      const seen = foreign.get(element.uri);
      if (seen) seen.count += 1;
      else foreign.set(element.uri, { first: element, count: 1 });
      continue;
    }
    const advice = names.refused.get(element.name);
    if (advice !== undefined) {
      refuse(context, element, `<${element.name}>`, advice);
      continue;
    }
    if (!names.elements.has(element.name)) {
      context.problem("unknown-extension", element, `Ignored <${element.name}>: it is not known`);
      continue;
    }
    checkFilter(context, element);
    walk(context, element, foreign);
  }
}

function checkAttribute(context: LinkContext, xml: XmlElement, attribute: string): void {
  if (attribute.startsWith("{") && NEAR_MISS.test(attribute.slice(1))) {
    return refuse(context, xml, `attribute ${attribute}`, `use "${ZEEBE}" or "${CAMUNDA}"`);
  }
  const colon = attribute.indexOf(":");
  const names = colon < 0 ? undefined : KNOWN_EXTENSIONS.get(attribute.slice(0, colon));
  if (!names) return;
  const name = attribute.slice(colon + 1);
  const advice = names.refused.get(name);
  if (advice !== undefined) refuse(context, xml, attribute, advice);
  else if (!names.attributes.has(name)) {
    context.problem("unknown-extension", xml, `Ignored ${attribute}: it is not known`);
  }
}

/** `zeebe:conditionalFilter/@variableEvents`: not supported, as the attribute of that name in `camunda:`. */
function checkFilter(context: LinkContext, element: XmlElement): void {
  if (element.name !== "conditionalFilter" || !element.attributes.has("variableEvents")) return;
  refuse(context, element, "variableEvents", "leave it out: created and changed variables count");
}

function refuse(context: LinkContext, at: XmlElement, what: string, advice: string): void {
  if (context.options.ignoreExtensions) {
    context.problem("unknown-extension", at, `Ignored ${what}, though it would change what runs: ${advice}`);
  } else {
    context.problem("unsupported-extension", at, `Cannot execute ${what}: it is not supported, ${advice}`);
  }
}
