/**
 * A short way to write BPMN for tests: lines of text become a complete file.
 *
 *     start -> A -> fork -> B, C -> join -> end     flows; ids `A-fork`, a second one `A-fork-2`
 *     choice -[x > 1]-> A                           a flow with a condition
 *     choice -/-> B                                 the default flow
 *     parallel fork                                 kind and id
 *     user A: each=items:item until="done"          options: `name`, `name=value`, `name="value"`
 *     boundary late on A: timer=PT1H non            boundary event; `non`: it does not interrupt
 *     undo user UndoA of A                          compensation boundary event, association and handler
 *     sub S                                         what is indented belongs to it
 *       start2 -> X -> end2
 *     <zeebe:ioMapping>…</zeebe:ioMapping>          indented below an element: goes into its XML
 *     <signalEventDefinition …/>                    beside a `process` line: a root element of the file
 *
 * What is not declared goes by its name: `start…` and `end…` are none events, a capital letter makes a user task.
 * Ids are unique in a file. Lines `process id` start further processes; without one, all belongs to `p`.
 */

/** One element, or the file itself. */
interface Block {
  readonly kind: string;
  readonly id: string;
  readonly on?: string;
  readonly options: readonly Option[];
  readonly children: Block[];
  readonly xml: string[];
  readonly flows: string[];
}
type Option = readonly [name: string, value: string];

const TAGS: Readonly<Record<string, string>> = {
  process: "process",
  start: "startEvent",
  end: "endEvent",
  catch: "intermediateCatchEvent",
  throw: "intermediateThrowEvent",
  boundary: "boundaryEvent",
  task: "task",
  manual: "manualTask",
  user: "userTask",
  service: "serviceTask",
  rule: "businessRuleTask",
  script: "scriptTask",
  send: "sendTask",
  receive: "receiveTask",
  call: "callActivity",
  sub: "subProcess",
  event: "subProcess",
  transaction: "transaction",
  adhoc: "adHocSubProcess",
  xor: "exclusiveGateway",
  parallel: "parallelGateway",
  inclusive: "inclusiveGateway",
  complex: "complexGateway",
  events: "eventBasedGateway",
};

const NAMESPACES = [
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
  'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
  'targetNamespace="urn:test"',
].join(" ");

/**
 * Turns the lines into a BPMN file.
 *
 * @throws {SyntaxError} If a line says nothing that is known.
 */
export function bpmn(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  const file = block("file", "");
  read(lines.map((line) => line.slice(margin)), file);
  if (!file.children.some((child) => child.kind === "process")) {
    const only = { ...file, kind: "process", id: "p" };
    return definitions([only]);
  }
  return definitions(file.children, file.xml);
}

function block(kind: string, id: string, on?: string, options: readonly Option[] = []): Block {
  return { kind, id, on, options, children: [], xml: [], flows: [] };
}

/** Reads the lines of one indentation into `parent`; deeper lines belong to the line before them. */
function read(lines: readonly string[], parent: Block): void {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    let end = i + 1;
    while (end < lines.length && lines[end].startsWith(" ")) end++;
    const inner = lines.slice(i + 1, end);
    if (line.startsWith("<")) parent.xml.push(line, ...inner);
    else if (line.includes("->")) parent.flows.push(line);
    else {
      const child = element(line);
      parent.children.push(child);
      const margin = Math.min(...inner.map((each) => each.search(/\S/)));
      read(inner.map((each) => each.slice(margin)), child);
    }
    i = end - 1;
  }
}

function element(line: string): Block {
  const match = /^(undo )?(\w+) ([^\s:]+)(?: (?:on|of) ([^\s:]+))?(?::\s*(.*))?$/.exec(line);
  if (!match || !TAGS[match[2]]) throw new SyntaxError(`Cannot read the line "${line}"`);
  const options = [...(match[5] ?? "").matchAll(/([\w:]+)(?:=(?:"([^"]*)"|(\S+)))?/g)]
    .map((option): Option => [option[1], option[2] ?? option[3] ?? ""]);
  const undo: readonly Option[] = match[1] ? [["undoes", match[4] ?? ""]] : [];
  return block(match[2], match[3], match[4], [...options, ...undo]);
}

/** What the file needs beside its processes: messages, signals, errors, escalations, found while writing. */
type Roots = Map<string, string>;

function definitions(processes: readonly Block[], others: readonly string[] = []): string {
  const roots: Roots = new Map();
  const body = processes.map((process) => scope(process, roots)).join("\n");
  return `<definitions ${NAMESPACES}>\n${body}\n${[...roots.values(), ...others].join("\n")}\n</definitions>`;
}

function scope(owner: Block, roots: Roots): string {
  const nodes = new Map(owner.children.map((child) => [child.id, child]));
  const flows = owner.flows.flatMap((line) => flowsOf(line, nodes));
  const seen = new Map<string, number>();
  const arrows = flows.map(({ from, to, condition }) => {
    const count = (seen.get(`${from}-${to}`) ?? 0) + 1;
    seen.set(`${from}-${to}`, count);
    const id = count > 1 ? `${from}-${to}-${count}` : `${from}-${to}`;
    if (condition === DEFAULT) nodes.set(from, withOption(nodes.get(from)!, ["default", id]));
    const inner = condition && condition !== DEFAULT
      ? `<conditionExpression>${escape(condition)}</conditionExpression>`
      : "";
    return `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${inner}</sequenceFlow>`;
  });
  const inside = [...nodes.values()].map((node) => write(node, roots));
  return tag(owner, roots, [...inside, ...arrows].join("\n"));
}

const DEFAULT = Symbol("default flow");
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly condition?: string | typeof DEFAULT;
}

function flowsOf(line: string, nodes: Map<string, Block>): Arrow[] {
  const parts = line.split(/\s*(?:-(\[.*?\]|\/))?->\s*/);
  const ids = (part: string) => part.split(",").map((id) => id.trim());
  const arrows: Arrow[] = [];
  for (let i = 0; i + 2 < parts.length; i += 2) {
    const mark = parts[i + 1];
    const condition = mark === "/" ? DEFAULT : mark?.slice(1, -1);
    for (const from of ids(parts[i])) {
      for (const to of ids(parts[i + 2])) arrows.push({ from, to, condition });
    }
  }
  for (const id of arrows.flatMap((arrow) => [arrow.from, arrow.to])) {
    if (nodes.has(id)) continue;
    const kind = /^start/.test(id)
      ? "start"
      : /^end/.test(id)
      ? "end"
      : /^[A-Z]/.test(id)
      ? "user"
      : undefined;
    if (!kind) throw new SyntaxError(`Cannot draw the line "${line}": nothing says what "${id}" is`);
    nodes.set(id, block(kind, id));
  }
  return arrows;
}

function withOption(node: Block, option: Option): Block {
  return { ...node, options: [...node.options, option] };
}

const CONTAINERS = new Set(["process", "sub", "event", "transaction", "adhoc"]);

function write(node: Block, roots: Roots): string {
  const own = CONTAINERS.has(node.kind) ? scope(node, roots) : tag(node, roots, "");
  const undoes = value(node, "undoes");
  if (undoes === undefined) return own;
  const boundary = `undo-${undoes}`;
  return `${own}
<boundaryEvent id="${boundary}" attachedToRef="${undoes}"><compensateEventDefinition/></boundaryEvent>
<association id="${boundary}-${node.id}" sourceRef="${boundary}" targetRef="${node.id}"/>`;
}

function value(node: Block, name: string): string | undefined {
  return node.options.find(([key]) => key === name)?.[1];
}

function tag(node: Block, roots: Roots, content: string): string {
  const name = TAGS[node.kind];
  const attributes = [`id="${node.id}"`];
  const inside: string[] = [...node.xml];
  const extensions: string[] = [];
  if (node.kind === "process") attributes.push('isExecutable="true"');
  if (node.kind === "event") attributes.push('triggeredByEvent="true"');
  if (node.kind === "boundary") attributes.push(`attachedToRef="${node.on}"`);
  for (const option of node.options) write1(node, option, { attributes, inside, extensions, roots });
  const loop = loopOf(node);
  if (loop) inside.push(loop);
  const extension = extensions.length ? `<extensionElements>${extensions.join("")}</extensionElements>` : "";
  return `<${name} ${attributes.join(" ")}>${extension}${inside.join("")}${content}</${name}>`;
}

interface Out {
  readonly attributes: string[];
  readonly inside: string[];
  readonly extensions: string[];
  readonly roots: Roots;
}

/** One option of an element. */
function write1(node: Block, [name, given]: Option, out: Out): void {
  const text = escape(given);
  switch (name) {
    case "message":
      if (node.kind === "receive" || node.kind === "send") {
        out.attributes.push(`messageRef="${root(out.roots, "message", given)}"`);
      } else definition(out, "message", given);
      return;
    case "signal":
    case "error":
    case "escalation":
      return definition(out, name, given);
    case "timer": {
      const type = /^R|^\S+ \S+ \S+ \S+ \S+/.test(given)
        ? "Cycle"
        : /^(P|=)/.test(given)
        ? "Duration"
        : "Date";
      return void out.inside.push(
        `<timerEventDefinition><time${type}>${text}</time${type}></timerEventDefinition>`,
      );
    }
    case "condition":
      return void out.inside.push(
        `<conditionalEventDefinition><condition>${text}</condition></conditionalEventDefinition>`,
      );
    case "link":
      return void out.inside.push(`<linkEventDefinition name="${text}"/>`);
    case "cancel":
    case "terminate":
      return void out.inside.push(`<${name}EventDefinition/>`);
    case "compensate": {
      const wait = value(node, "aside") === undefined ? "" : ' waitForCompletion="false"';
      const activity = given ? ` activityRef="${text}"` : "";
      return void out.inside.push(`<compensateEventDefinition${activity}${wait}/>`);
    }
    case "undoes":
      return void out.attributes.push('isForCompensation="true"');
    case "non":
      return void out.attributes.push(
        `${node.kind === "start" ? "isInterrupting" : "cancelActivity"}="false"`,
      );
    case "allOf":
      return void out.attributes.push('parallelMultiple="true"');
    case "instantiate":
      return void out.attributes.push('instantiate="true"');
    case "async":
      return void out.attributes.push('camunda:asyncBefore="true"');
    case "asyncAfter":
      return void out.attributes.push('camunda:asyncAfter="true"');
    case "calls":
      return void out.attributes.push(`calledElement="${text}"`);
    case "type":
      return void out.extensions.push(`<zeebe:taskDefinition type="${text}"/>`);
    case "feel":
      return void out.extensions.push(
        `<zeebe:script expression="=${text}" resultVariable="${value(node, "result") ?? ""}"/>`,
      );
    case "start":
      return void out.inside.push(`<activationCondition>${text}</activationCondition>`);
    case "until":
      if (node.kind === "adhoc") out.inside.push(`<completionCondition>${text}</completionCondition>`);
      return;
    // Read by others.
    case "aside":
    case "result":
    case "parallel":
    case "sequential":
    case "each":
    case "eachSequential":
    case "item":
    case "while":
    case "max":
    case "before":
      return;
    default:
      out.attributes.push(`${name}="${text}"`);
  }
}

/** An event definition that refers to a root element of the same kind; none if no name is given. */
function definition(out: Out, kind: string, name: string): void {
  const reference = name ? ` ${kind}Ref="${root(out.roots, kind, name)}"` : "";
  out.inside.push(`<${kind}EventDefinition${reference}/>`);
}

/** `name` or `name@keyExpression` for messages. */
function root(roots: Roots, kind: string, given: string): string {
  const [name, key] = given.split("@");
  const id = `${kind}_${name.replaceAll(/\W/g, "_")}`;
  const code = kind === "error" || kind === "escalation" ? ` ${kind}Code="${escape(name)}"` : "";
  const subscription = key
    ? `<extensionElements><zeebe:subscription correlationKey="=${escape(key)}"/></extensionElements>`
    : "";
  if (!roots.has(id) || key) {
    roots.set(id, `<${kind} id="${id}" name="${escape(name)}"${code}>${subscription}</${kind}>`);
  }
  return id;
}

/** `parallel=3`, `sequential="count"`, `each=items:item`, `eachSequential=items:item`, `while="…" max=3 before`. */
function loopOf(node: Block): string | undefined {
  const condition = value(node, "while");
  const maximum = value(node, "max");
  if (condition !== undefined || maximum !== undefined) {
    const before = value(node, "before") === undefined ? "" : ' testBefore="true"';
    const limit = maximum === undefined ? "" : ` loopMaximum="${maximum}"`;
    const inner = condition === undefined ? "" : `<loopCondition>${escape(condition)}</loopCondition>`;
    return `<standardLoopCharacteristics${before}${limit}>${inner}</standardLoopCharacteristics>`;
  }
  const count = value(node, "parallel") ?? value(node, "sequential");
  const each = value(node, "each") ?? value(node, "eachSequential");
  if (count === undefined && each === undefined) return undefined;
  const sequential = value(node, "sequential") !== undefined || value(node, "eachSequential") !== undefined;
  const until = value(node, "until");
  const [collection, item] = (each ?? "").split(":");
  const attributes = each === undefined
    ? ""
    : ` camunda:collection="${escape(collection)}" camunda:elementVariable="${item}"`;
  const inner = (count === undefined ? "" : `<loopCardinality>${escape(count)}</loopCardinality>`) +
    (until === undefined ? "" : `<completionCondition>${escape(until)}</completionCondition>`);
  return `<multiInstanceLoopCharacteristics isSequential="${sequential}"${attributes}>${inner}</multiInstanceLoopCharacteristics>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
