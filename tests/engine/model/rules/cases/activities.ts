import { accept, chain, drawing, process, reject, type RuleCase, SIMPLE } from "./case.ts";

const ITEMS =
  `<itemDefinition id="text" structureRef="xsd:string"/><itemDefinition id="number" structureRef="xsd:int"/>
  <itemDefinition id="text2" structureRef="xsd:string"/>
  <itemDefinition id="texts" structureRef="xsd:string" isCollection="true"/>`;
const MESSAGE = '<message id="msg" itemRef="text"/>';
const INTERFACE =
  `<interface id="if"><operation id="op"><inMessageRef>msg</inMessageRef></operation></interface>
  <interface id="if2"><operation id="op2"><inMessageRef>msg</inMessageRef></operation></interface>`;

/** An ioSpecification with inputs and outputs of the given types, each side in one set unless told otherwise. */
function io(inputs: readonly string[], outputs: readonly string[], prefix = "", sets = "1,1"): string {
  const [inputSets, outputSets] = sets.split(",").map(Number);
  const data = (kind: "Input" | "Output", types: readonly string[]) =>
    types.map((type, i) => `<data${kind} id="${prefix}${kind}${i}" ${type && `itemSubjectRef="${type}"`}/>`)
      .join("");
  const set = (kind: "Input" | "Output", types: readonly string[]) =>
    `<${kind.toLowerCase()}Set>${
      types.map((_, i) => `<data${kind}Refs>${prefix}${kind}${i}</data${kind}Refs>`).join("")
    }</${kind.toLowerCase()}Set>`;
  return `<ioSpecification id="${prefix}io">${data("Input", inputs)}${data("Output", outputs)}${
    set("Input", inputs).repeat(inputSets)
  }${set("Output", outputs).repeat(outputSets)}</ioSpecification>`;
}

function task(kind: string, attributes: string, content: string): string {
  return ITEMS + MESSAGE + INTERFACE + process(`<${kind} id="t" ${attributes}>${content}</${kind}>`);
}

const SEND = 'messageRef="msg"';
const SERVICE = 'operationRef="op"';

const taskCases: readonly RuleCase[] = [
  reject("EXT042", "t", "no ioSpecification", task("serviceTask", SERVICE, "")),
  reject("EXT042", "t", "two input sets", task("serviceTask", SERVICE, io(["text"], [], "", "2,1"))),
  accept("EXT042", "one input set", task("serviceTask", SERVICE, io(["text"], []))),
  accept("EXT042", "no operation", task("serviceTask", "", "")),
  reject("EXT043", "t", "two output sets", task("serviceTask", SERVICE, io(["text"], ["text"], "", "1,2"))),
  accept("EXT043", "one output set", task("serviceTask", SERVICE, io(["text"], ["text"]))),
  reject("EXT046", "t", "two input sets", task("sendTask", SEND, io(["text"], [], "", "2,1"))),
  accept("EXT046", "one input set", task("sendTask", SEND, io(["text"], []))),
  accept("EXT046", "no message", task("sendTask", "", io(["text"], [], "", "2,1"))),
  reject("EXT047", "t", "two data inputs", task("sendTask", SEND, io(["text", "text"], []))),
  accept("EXT047", "one data input", task("sendTask", SEND, io(["text"], []))),
  reject("EXT048", "t", "another type", task("sendTask", SEND, io(["number"], []))),
  reject("EXT048", "t", "no type", task("sendTask", SEND, io([""], []))),
  accept("EXT048", "another definition of the same structure", task("sendTask", SEND, io(["text2"], []))),
  reject(
    "EXT049",
    "t",
    "a flow to it",
    process(`<startEvent id="s"/><receiveTask id="t" instantiate="true"/>${chain("s", "t")}`),
  ),
  accept(
    "EXT049",
    "no flow to it",
    process(`<receiveTask id="t" instantiate="true"/><endEvent id="e"/>${chain("t", "e")}`),
  ),
  reject("EXT050", "t", "two output sets", task("receiveTask", SEND, io([], ["text"], "", "1,2"))),
  accept("EXT050", "one output set", task("receiveTask", SEND, io([], ["text"]))),
  reject("EXT051", "t", "two data outputs", task("receiveTask", SEND, io([], ["text", "text"]))),
  accept("EXT051", "one data output", task("receiveTask", SEND, io([], ["text"]))),
  reject("EXT052", "t", "another type", task("receiveTask", SEND, io([], ["number"]))),
  reject("EXT052", "t", "no type", task("receiveTask", SEND, io([], [""]))),
  accept("EXT052", "another definition of the same structure", task("receiveTask", SEND, io([], ["text2"]))),
  reject("EXT053", "t", "a script task", task("scriptTask", "", "<script>x</script>")),
  reject(
    "EXT053",
    "g",
    "a global script task",
    '<globalScriptTask id="g"><script>x</script></globalScriptTask>',
  ),
  accept("EXT053", "a format", task("scriptTask", 'scriptFormat="javascript"', "<script>x</script>")),
  accept("EXT053", "no script", task("scriptTask", "", "")),
  reject("EXT061", "h", "empty", process('<adHocSubProcess id="h"><endEvent id="x"/></adHocSubProcess>')),
  accept(
    "EXT061",
    "a call activity",
    process('<adHocSubProcess id="h"><callActivity id="c"/></adHocSubProcess>'),
  ),
];

/** A call activity `call` with some data that calls a process with other data. */
function call(own: string, other: string, start = ""): string {
  return ITEMS + process(`<callActivity id="call" calledElement="Q">${own}</callActivity>`) +
    process(`${other}<startEvent id="s">${start}</startEvent><endEvent id="e"/>${chain("s", "e")}`, "Q");
}

/** A global task with an interface and a binding. */
function bound(binding: string, content = io(["text"], ["text"])): string {
  return `${ITEMS}${MESSAGE}${INTERFACE}<message id="msg2" itemRef="number"/><interface id="if3"><operation id="op3">
    <inMessageRef>msg2</inMessageRef></operation></interface><globalTask id="g">
    <supportedInterfaceRef>if</supportedInterfaceRef><supportedInterfaceRef>if3</supportedInterfaceRef>${content}${binding}
    </globalTask>${process(`<task id="t">${io(["text"], ["text"], "t")}</task>`)}`;
}

function binding(operation: string, input: string, output: string): string {
  return `<ioBinding id="b" operationRef="${operation}" inputDataRef="${input}" outputDataRef="${output}"/>`;
}

const callCases: readonly RuleCase[] = [
  reject("EXT063", "call", "one input more", call(io(["text", "text"], []), io(["text"], [], "q"))),
  reject("EXT063", "call", "one output less", call(io(["text"], []), io(["text"], ["text"], "q"))),
  reject("EXT063", "call", "another type", call(io(["number"], []), io(["text"], [], "q"))),
  reject(
    "EXT063",
    "call",
    "another number of sets",
    call(io(["text"], [], "", "2,1"), io(["text"], [], "q")),
  ),
  reject("EXT063", "call", "no data at all", call("", io(["text"], [], "q"))),
  accept("EXT063", "the same", call(io(["text"], ["number"]), io(["text"], ["number"], "q"))),
  accept("EXT063", "definitions of the same structure", call(io(["text"], []), io(["text2"], [], "q"))),
  accept("EXT063", "no data on either side", call("", "")),
  accept(
    "EXT063",
    "called from elsewhere",
    ITEMS + process(`<callActivity id="call" calledElement="X">${io(["text"], [])}</callActivity>`),
  ),
  reject("EXT064", "g", "no binding", bound("")),
  accept("EXT064", "a binding", bound(binding("op", "Input0", "Output0"))),
  accept("EXT064", "no interface", '<globalTask id="g"/>'),
  reject(
    "EXT065",
    "b",
    "an operation of an interface that is not supported",
    bound(binding("op2", "Input0", "Output0")),
  ),
  reject("EXT065", "b", "the input of another task", bound(binding("op", "tInput0", "Output0"))),
  reject("EXT065", "b", "an input as output", bound(binding("op", "Input0", "Input0"))),
  reject("EXT065", "b", "a message of another type", bound(binding("op3", "Input0", "Output0"))),
  accept("EXT065", "one input and one output", bound(binding("op", "Input0", "Output0"))),
  reject("EXT099", "call", "only a message start", call("", "", "<messageEventDefinition/>")),
  reject(
    "EXT099",
    "call",
    "no start event",
    process('<callActivity id="call" calledElement="Q"/>') + process('<task id="a"/>', "Q"),
  ),
  accept("EXT099", "a none start", call("", "")),
  accept(
    "EXT099",
    "a global task",
    process('<callActivity id="call" calledElement="g"/>') + '<globalTask id="g"/>',
  ),
];

/** A multi-instance activity `a`. */
function multi(content: string, data = "", wrap = process, kind = "task"): string {
  return ITEMS +
    wrap(
      `<${kind} id="a">${data}<multiInstanceLoopCharacteristics id="loop" ${
        content.startsWith("camunda") ? content : `>${content}</multiInstanceLoopCharacteristics`
      }></${kind}>`,
    );
}

const CARDINALITY = '<loopCardinality xsi:type="tFormalExpression">3</loopCardinality>';
const INPUT = '<loopDataInputRef id="ref">Input0</loopDataInputRef>';
const OUTPUT = "<loopDataOutputRef>Output0</loopDataOutputRef>";

const loopCases: readonly RuleCase[] = [
  reject("EXT067", "loop", "neither", multi("")),
  accept("EXT067", "a cardinality", multi(CARDINALITY)),
  accept("EXT067", "a collection", multi(INPUT, io(["texts"], []))),
  accept("EXT067", "a collection of camunda", multi('camunda:collection="items"/')),
  accept(
    "EXT067",
    "a collection of zeebe",
    multi('<extensionElements><zeebe:loopCharacteristics inputCollection="=items"/></extensionElements>'),
  ),
  accept("EXT067", "a drawing", multi("", "", drawing)),
  reject("EXT068", "ref", "nothing of that name", multi(INPUT)),
  reject(
    "EXT068",
    "ref",
    "the input of another task",
    ITEMS +
      process(`<task id="b">${io(["texts"], [])}</task><task id="a"><multiInstanceLoopCharacteristics>${INPUT}
      </multiInstanceLoopCharacteristics></task>`),
  ),
  accept("EXT068", "its own input", multi(INPUT, io(["texts"], []))),
  accept(
    "EXT068",
    "a sub-process over a data object",
    multi(INPUT, '<dataObject id="Input0"/>', process, "subProcess"),
  ),
  accept("EXT068", "a drawing", multi(INPUT, "", drawing)),
  reject(
    "EXT069",
    "loop",
    "a collection",
    multi(`${OUTPUT}<outputDataItem id="o" itemSubjectRef="texts"/>`, io([], ["texts"])),
  ),
  reject(
    "EXT069",
    "loop",
    "another type",
    multi(`${OUTPUT}<outputDataItem id="o" itemSubjectRef="number"/>`, io([], ["texts"])),
  ),
  accept(
    "EXT069",
    "one of the collection",
    multi(`${OUTPUT}<outputDataItem id="o" itemSubjectRef="text"/>`, io([], ["texts"])),
  ),
  reject(
    "EXT070",
    "loop",
    "a collection",
    multi(`${INPUT}<inputDataItem id="i" itemSubjectRef="texts"/>`, io(["texts"], [])),
  ),
  reject(
    "EXT070",
    "loop",
    "another type",
    multi(`${INPUT}<inputDataItem id="i" itemSubjectRef="number"/>`, io(["texts"], [])),
  ),
  reject(
    "EXT070",
    "loop",
    "over a single value",
    multi(`${INPUT}<inputDataItem id="i" itemSubjectRef="text"/>`, io(["text"], [])),
  ),
  accept(
    "EXT070",
    "one of the collection",
    multi(`${INPUT}<inputDataItem id="i" itemSubjectRef="text"/>`, io(["texts"], [])),
  ),
  accept("EXT070", "an item without type", multi(`${INPUT}<inputDataItem id="i"/>`, io(["texts"], []))),
];

const FLOWING = process(SIMPLE);

export const activityCases: readonly RuleCase[] = [
  ...taskCases,
  ...callCases,
  ...loopCases,
  accept("EXT061", "no ad-hoc sub-process", FLOWING),
];
