/**
 * Activities and data: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import { accept, drawing, flow, process, reject, type RuleCase, TIMER } from "../case.ts";
import { call, catches, eventSub, FAR, far, IMPORT, loop, MESSAGE, sub } from "./parts.ts";

const io = (content: string) => `<ioSpecification>${content}</ioSpecification>`;
const TYPES =
  '<itemDefinition id="One" structureRef="x"/><itemDefinition id="Many" structureRef="x" isCollection="true"/><itemDefinition id="Other" structureRef="y"/>';
const CALLED = process(
  io(
    '<dataInput id="ci" itemSubjectRef="One"/><inputSet><dataInputRefs>ci</dataInputRefs></inputSet><outputSet/>',
  ) + '<startEvent id="cs"/>',
  "Q",
);
const SERVICE =
  '<message id="in" itemRef="One"/><message id="out" itemRef="One"/><interface id="I" name="i"><operation id="op" name="o"><inMessageRef>in</inMessageRef><outMessageRef>out</outMessageRef></operation></interface>';
const served = (binding: string, name = "globalTask") =>
  `<${name} id="G"><supportedInterfaceRef>I</supportedInterfaceRef>${
    io(
      '<dataInput id="gi" itemSubjectRef="One"/><dataOutput id="go" itemSubjectRef="One"/><inputSet id="is"><dataInputRefs>gi</dataInputRefs></inputSet><outputSet id="os"><dataOutputRefs>go</dataOutputRefs></outputSet>',
    )
  }${binding}</${name}>`;

export const dataVariants: readonly RuleCase[] = [
  reject(
    "EXT020",
    "d",
    "a data object in a sub-process, by prefix",
    TYPES + process(sub('<dataObject id="d" itemSubjectRef="tns:Many"/>')),
  ),
  reject(
    "EXT020",
    "d",
    "an output of an event",
    TYPES + catches(`<dataOutput id="d" isCollection="true" itemSubjectRef="One"/>${TIMER}`),
  ),
  accept("EXT020", "no type", process('<dataObject id="d" isCollection="true"/>')),
  accept(
    "EXT020",
    "an imported type",
    IMPORT + process(`<dataObject id="d" ${FAR} isCollection="true" itemSubjectRef="${far("Many")}"/>`),
  ),
  reject("EXT042", "s", "none", process('<serviceTask id="s" operationRef="op"/>')),
  reject(
    "EXT042",
    "s",
    "two, in a sub-process",
    process(
      sub(`<serviceTask id="s" operationRef="op">${io("<inputSet/><inputSet/><outputSet/>")}</serviceTask>`),
    ),
  ),
  accept(
    "EXT042",
    "one",
    process(`<serviceTask id="s" operationRef="op">${io("<inputSet/><outputSet/>")}</serviceTask>`),
  ),
  accept(
    "EXT042",
    "no operation",
    process(`<serviceTask id="s">${io("<inputSet/><inputSet/><outputSet/>")}</serviceTask>`),
  ),
  reject(
    "EXT043",
    "s",
    "three",
    process(
      `<serviceTask id="s" operationRef="op">${
        io("<inputSet/><outputSet/><outputSet/><outputSet/>")
      }</serviceTask>`,
    ),
  ),
  reject(
    "EXT043",
    "s",
    "in a transaction",
    process(
      `<transaction id="T"><serviceTask id="s" operationRef="op">${
        io("<inputSet/><outputSet/><outputSet/>")
      }</serviceTask></transaction>`,
    ),
  ),
  accept("EXT043", "none", process('<serviceTask id="s" operationRef="op"/>')),
  accept(
    "EXT043",
    "a user task",
    process(`<userTask id="s">${io("<inputSet/><outputSet/><outputSet/>")}</userTask>`),
  ),
  reject(
    "EXT046",
    "s",
    "an imported message",
    IMPORT +
      process(
        `<sendTask id="s" ${FAR} messageRef="${far("m")}">${
          io("<inputSet/><inputSet/><outputSet/>")
        }</sendTask>`,
      ),
  ),
  reject(
    "EXT046",
    "s",
    "in a sub-process",
    process(sub(`<sendTask id="s" messageRef="m">${io("<inputSet/><inputSet/><outputSet/>")}</sendTask>`)),
  ),
  accept(
    "EXT046",
    "no message",
    process(`<sendTask id="s">${io("<inputSet/><inputSet/><outputSet/>")}</sendTask>`),
  ),
  accept("EXT046", "none", process('<sendTask id="s" messageRef="m"/>')),
  reject(
    "EXT047",
    "s",
    "three",
    process(
      `<sendTask id="s" messageRef="m">${
        io('<dataInput id="x"/><dataInput id="y"/><dataInput id="z"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  reject(
    "EXT047",
    "s",
    "in a sub-process",
    process(
      sub(
        `<sendTask id="s" messageRef="m">${
          io('<dataInput id="x"/><dataInput id="y"/><inputSet/><outputSet/>')
        }</sendTask>`,
      ),
    ),
  ),
  accept(
    "EXT047",
    "one, and outputs",
    process(
      `<sendTask id="s" messageRef="m">${
        io('<dataInput id="x"/><dataOutput id="y"/><dataOutput id="z"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  accept(
    "EXT047",
    "no message",
    process(
      `<sendTask id="s">${io('<dataInput id="x"/><dataInput id="y"/><inputSet/><outputSet/>')}</sendTask>`,
    ),
  ),
  reject(
    "EXT048",
    "s",
    "an input without type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<sendTask id="s" messageRef="tns:m">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</sendTask>`,
      ),
  ),
  reject(
    "EXT048",
    "s",
    "a collection of it",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<sendTask id="s" messageRef="m">${
          io('<dataInput id="x" itemSubjectRef="Many"/><inputSet/><outputSet/>')
        }</sendTask>`,
      ),
  ),
  accept(
    "EXT048",
    "neither has a type",
    '<message id="m"/>' +
      process(
        `<sendTask id="s" messageRef="m">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</sendTask>`,
      ),
  ),
  accept(
    "EXT048",
    "no input",
    `${TYPES}<message id="m" itemRef="One"/>` + process('<sendTask id="s" messageRef="m"/>'),
  ),
  reject(
    "EXT049",
    "r",
    "as 1, only listed",
    process('<receiveTask id="r" instantiate="1"><incoming>f</incoming></receiveTask>'),
  ),
  reject(
    "EXT049",
    "r",
    "after a start event",
    process(`<startEvent id="s"/><receiveTask id="r" instantiate="true"/>${flow("s", "r")}`),
  ),
  accept(
    "EXT049",
    "does not instantiate",
    process(`<startEvent id="s"/><receiveTask id="r" instantiate="0"/>${flow("s", "r")}`),
  ),
  accept(
    "EXT049",
    "outgoing",
    process(`<receiveTask id="r" instantiate="true"/><task id="a"/>${flow("r", "a")}`),
  ),
  reject(
    "EXT050",
    "r",
    "two, in a sub-process",
    process(
      sub(`<receiveTask id="r" messageRef="m">${io("<inputSet/><outputSet/><outputSet/>")}</receiveTask>`),
    ),
  ),
  reject(
    "EXT050",
    "r",
    "an instantiating one",
    process(
      `<receiveTask id="r" instantiate="true" messageRef="m">${
        io("<inputSet/><outputSet/><outputSet/>")
      }</receiveTask>`,
    ),
  ),
  accept(
    "EXT050",
    "two input sets",
    process(`<receiveTask id="r" messageRef="m">${io("<inputSet/><inputSet/><outputSet/>")}</receiveTask>`),
  ),
  accept(
    "EXT050",
    "no message",
    process(`<receiveTask id="r">${io("<inputSet/><outputSet/><outputSet/>")}</receiveTask>`),
  ),
  reject(
    "EXT051",
    "r",
    "in a sub-process",
    process(
      sub(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
    ),
  ),
  reject(
    "EXT051",
    "r",
    "three",
    process(
      `<receiveTask id="r" messageRef="m">${
        io('<dataOutput id="x"/><dataOutput id="y"/><dataOutput id="z"/><inputSet/><outputSet/>')
      }</receiveTask>`,
    ),
  ),
  accept(
    "EXT051",
    "one",
    process(
      `<receiveTask id="r" messageRef="m">${io('<dataOutput id="x"/><inputSet/><outputSet/>')}</receiveTask>`,
    ),
  ),
  accept(
    "EXT051",
    "a send task",
    process(
      `<sendTask id="r" messageRef="m">${
        io('<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet/>')
      }</sendTask>`,
    ),
  ),
  reject(
    "EXT052",
    "r",
    "another type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        sub(
          `<receiveTask id="r" messageRef="m">${
            io('<dataOutput id="x" itemSubjectRef="Other"/><inputSet/><outputSet/>')
          }</receiveTask>`,
        ),
      ),
  ),
  reject(
    "EXT052",
    "r",
    "an output without type",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  accept(
    "EXT052",
    "an imported message",
    IMPORT +
      process(
        `<receiveTask id="r" ${FAR} messageRef="${far("m")}">${
          io('<dataOutput id="x"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  accept(
    "EXT052",
    "the same type, by prefix",
    `${TYPES}<message id="m" itemRef="One"/>` +
      process(
        `<receiveTask id="r" messageRef="m">${
          io('<dataOutput id="x" itemSubjectRef="tns:One"/><inputSet/><outputSet/>')
        }</receiveTask>`,
      ),
  ),
  reject(
    "EXT053",
    "s",
    "an empty format",
    process('<scriptTask id="s" scriptFormat=""><script>x</script></scriptTask>'),
  ),
  reject(
    "EXT053",
    "G",
    "a global script task",
    '<globalScriptTask id="G"><script>x</script></globalScriptTask>',
  ),
  accept(
    "EXT053",
    "a global script task with language",
    '<globalScriptTask id="G" scriptLanguage="text/x"><script>x</script></globalScriptTask>',
  ),
  accept("EXT053", "no script", process('<scriptTask id="s"/>')),
  reject(
    "EXT061",
    "A",
    "only events and gateways",
    process(
      '<adHocSubProcess id="A"><intermediateThrowEvent id="t"/><parallelGateway id="g"/></adHocSubProcess>',
    ),
  ),
  reject("EXT061", "A", "inside a sub-process", process(sub('<adHocSubProcess id="A"/>'))),
  accept(
    "EXT061",
    "a call activity",
    process('<adHocSubProcess id="A"><callActivity id="c"/></adHocSubProcess>'),
  ),
  accept("EXT061", "a plain sub-process without", process(sub(""))),
  reject("EXT063", "c", "nothing where an input is wanted", TYPES + CALLED + call("")),
  reject(
    "EXT063",
    "c",
    "an output more, by prefix",
    TYPES + CALLED +
      call(
        io('<dataInput id="i" itemSubjectRef="One"/><dataOutput id="o"/><inputSet/><outputSet/>'),
        "tns:Q",
      ),
  ),
  accept(
    "EXT063",
    "the same",
    TYPES + CALLED +
      call(
        io(
          '<dataInput id="i" itemSubjectRef="One"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/>',
        ),
      ),
  ),
  accept(
    "EXT063",
    "an imported process",
    IMPORT +
      `<process id="P" isExecutable="true"><callActivity id="c" ${FAR} calledElement="${far("Q")}">${
        io('<dataInput id="i"/><inputSet/><outputSet/>')
      }</callActivity></process>`,
  ),
  reject("EXT064", "G", "a global user task", SERVICE + served("", "globalUserTask")),
  reject(
    "EXT064",
    "P",
    "an imported interface",
    IMPORT + `<process id="P"><supportedInterfaceRef ${FAR}>${far("I")}</supportedInterfaceRef></process>`,
  ),
  accept(
    "EXT064",
    "a binding",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="gi" outputDataRef="go"/>'),
  ),
  accept("EXT064", "no interface", '<globalTask id="G"/>'),
  reject(
    "EXT065",
    "b",
    "no output",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="gi"/>'),
  ),
  reject(
    "EXT065",
    "b",
    "an output as input",
    TYPES + SERVICE + served('<ioBinding id="b" operationRef="op" inputDataRef="go" outputDataRef="gi"/>'),
  ),
  reject(
    "EXT065",
    "b",
    "an operation of another interface",
    `${TYPES}${SERVICE}<interface id="J" name="j"><operation id="op2" name="o"><inMessageRef>in</inMessageRef></operation></interface>` +
      served('<ioBinding id="b" operationRef="op2" inputDataRef="gi" outputDataRef="go"/>'),
  ),
  accept(
    "EXT065",
    "sets",
    TYPES + SERVICE +
      served('<ioBinding id="b" operationRef="tns:op" inputDataRef="is" outputDataRef="os"/>'),
  ),
  accept(
    "EXT065",
    "an imported operation",
    TYPES + IMPORT +
      served(`<ioBinding id="b" ${FAR} operationRef="${far("op")}" inputDataRef="gi" outputDataRef="go"/>`),
  ),
  reject(
    "EXT067",
    "S",
    "a sub-process",
    process('<subProcess id="S"><multiInstanceLoopCharacteristics/></subProcess>'),
  ),
  reject("EXT067", "a", "only an item", loop('<inputDataItem id="i"/>')),
  accept("EXT067", "a drawing", drawing('<task id="a"><multiInstanceLoopCharacteristics/></task>')),
  accept("EXT067", "a collection", loop("<loopDataInputRef>x</loopDataInputRef>", "callActivity")),
  reject(
    "EXT068",
    "a",
    "a data object",
    process(
      '<dataObject id="d"/><userTask id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>',
    ),
  ),
  reject(
    "EXT068",
    "a",
    "its output",
    loop("<loopDataInputRef>o</loopDataInputRef>", "task", io('<dataOutput id="o"/><inputSet/><outputSet/>')),
  ),
  accept(
    "EXT068",
    "its input, by prefix",
    loop(
      "<loopDataInputRef>tns:i</loopDataInputRef>",
      "task",
      io('<dataInput id="i"/><inputSet/><outputSet/>'),
    ),
  ),
  accept(
    "EXT068",
    "a sub-process over a data object",
    process(
      '<dataObject id="d"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef></multiInstanceLoopCharacteristics></subProcess>',
    ),
  ),
  reject(
    "EXT069",
    "a",
    "another structure",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="Other"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  reject(
    "EXT069",
    "a",
    "an item that is a collection",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>tns:o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="Many"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  accept(
    "EXT069",
    "one of many",
    TYPES +
      loop(
        '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x" itemSubjectRef="One"/>',
        "task",
        io('<dataOutput id="o" isCollection="true" itemSubjectRef="Many"/><inputSet/><outputSet/>'),
      ),
  ),
  accept(
    "EXT069",
    "no types",
    loop(
      '<loopCardinality>1</loopCardinality><loopDataOutputRef>o</loopDataOutputRef><outputDataItem id="x"/>',
      "task",
      io('<dataOutput id="o"/><inputSet/><outputSet/>'),
    ),
  ),
  reject(
    "EXT070",
    "a",
    "no collection",
    TYPES +
      loop(
        '<loopDataInputRef>i</loopDataInputRef><inputDataItem id="x" itemSubjectRef="One"/>',
        "task",
        io('<dataInput id="i" itemSubjectRef="One"/><inputSet/><outputSet/>'),
      ),
  ),
  reject(
    "EXT070",
    "S",
    "a sub-process over a data object",
    TYPES +
      process(
        '<dataObject id="d" isCollection="true" itemSubjectRef="Many"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef><inputDataItem id="x" itemSubjectRef="Other"/></multiInstanceLoopCharacteristics></subProcess>',
      ),
  ),
  accept(
    "EXT070",
    "by a data object reference",
    TYPES +
      process(
        '<dataObject id="d" isCollection="true" itemSubjectRef="Many"/><dataObjectReference id="r" dataObjectRef="d"/><subProcess id="S"><multiInstanceLoopCharacteristics><loopDataInputRef>r</loopDataInputRef><inputDataItem id="x" itemSubjectRef="One"/></multiInstanceLoopCharacteristics></subProcess>',
      ),
  ),
  accept(
    "EXT070",
    "imported types",
    IMPORT +
      loop(
        `<loopDataInputRef>i</loopDataInputRef><inputDataItem id="x" ${FAR} itemSubjectRef="${far("One")}"/>`,
        "task",
        io(`<dataInput id="i" ${FAR} itemSubjectRef="${far("Many")}"/><inputSet/><outputSet/>`),
      ),
  ),
  reject(
    "EXT076",
    "r",
    "no space, in a sub-process",
    process(
      `<dataObject id="d" name="Order"/>${
        sub(
          '<dataObjectReference id="r" name="Order[new]" dataObjectRef="d"><dataState name="new"/></dataObjectReference>',
        )
      }`,
    ),
  ),
  reject(
    "EXT076",
    "r",
    "no brackets",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="Order new" dataObjectRef="tns:d"><dataState name="new"/></dataObjectReference>',
    ),
  ),
  accept(
    "EXT076",
    "no state",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="The order" dataObjectRef="d"/>',
    ),
  ),
  accept(
    "EXT076",
    "as it should be, by prefix",
    process(
      '<dataObject id="d" name="Order"/><dataObjectReference id="r" name="Order [new]" dataObjectRef="tns:d"><dataState name="new"/></dataObjectReference>',
    ),
  ),
  reject(
    "EXT079",
    "T",
    "a transaction",
    process(`<transaction id="T">${io("<inputSet/><outputSet/>")}</transaction>`),
  ),
  reject("EXT079", "E", "an event sub-process", process(eventSub(io("<inputSet/><outputSet/>")))),
  accept("EXT079", "a task inside", process(sub(`<task id="a">${io("<inputSet/><outputSet/>")}</task>`))),
  accept(
    "EXT079",
    "a process and a call",
    process(
      `${io("<inputSet/><outputSet/>")}<callActivity id="c">${io("<inputSet/><outputSet/>")}</callActivity>`,
    ),
  ),
  reject("EXT084", "x", "of a process", process(io('<dataInput id="x"/><inputSet/><outputSet/>'))),
  reject(
    "EXT084",
    "x",
    "listed only in a set of another task",
    process(
      `<task id="a">${io('<dataInput id="x"/><inputSet/><outputSet/>')}</task><task id="b">${
        io("<inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/>")
      }</task>`,
    ),
  ),
  accept(
    "EXT084",
    "the second set",
    process(
      `<task id="a">${
        io('<dataInput id="x"/><inputSet/><inputSet><dataInputRefs>x</dataInputRefs></inputSet><outputSet/>')
      }</task>`,
    ),
  ),
  accept(
    "EXT084",
    "an item of a loop",
    loop('<loopDataInputRef>y</loopDataInputRef><inputDataItem id="x"/>'),
  ),
  reject(
    "EXT085",
    "a",
    "of a task",
    process(
      `<task id="a">${
        io('<dataInput id="x"/><inputSet><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>')
      }</task>`,
    ),
  ),
  reject(
    "EXT085",
    "s",
    "listed in another set",
    process(
      io(
        '<dataInput id="x"/><inputSet id="r"><dataInputRefs>x</dataInputRefs></inputSet><inputSet id="s"><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept(
    "EXT085",
    "both",
    process(
      io(
        '<dataInput id="x"/><inputSet><dataInputRefs>x</dataInputRefs><optionalInputRefs> x </optionalInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept("EXT085", "none", process(io("<inputSet/><outputSet/>"))),
  reject(
    "EXT086",
    "a",
    "of a task",
    process(
      `<task id="a">${
        io(
          '<dataInput id="x"/><inputSet><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
        )
      }</task>`,
    ),
  ),
  reject(
    "EXT086",
    "G",
    "of a global task",
    `<globalTask id="G">${
      io(
        '<dataInput id="x"/><dataInput id="y"/><inputSet><dataInputRefs>y</dataInputRefs><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
      )
    }</globalTask>`,
  ),
  accept(
    "EXT086",
    "both",
    process(
      io(
        '<dataInput id="x"/><inputSet><dataInputRefs>x</dataInputRefs><whileExecutingInputRefs>x</whileExecutingInputRefs></inputSet><outputSet/>',
      ),
    ),
  ),
  accept(
    "EXT086",
    "only optional is another constraint",
    process(
      io('<dataInput id="x"/><inputSet><optionalInputRefs>x</optionalInputRefs></inputSet><outputSet/>'),
    ),
  ),
  reject("EXT088", "x", "of a catch event", catches(`<dataOutput id="x"/>${TIMER}<outputSet/>`)),
  reject(
    "EXT088",
    "x",
    "only optional",
    process(
      io('<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>'),
    ),
  ),
  accept(
    "EXT088",
    "listed",
    catches(`<dataOutput id="x"/><outputSet><dataOutputRefs>x</dataOutputRefs></outputSet>${TIMER}`),
  ),
  accept("EXT088", "an item of a loop", loop('<loopCardinality>1</loopCardinality><outputDataItem id="x"/>')),
  reject(
    "EXT089",
    "a",
    "of a task in a sub-process",
    process(
      sub(
        `<task id="a">${
          io(
            '<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
          )
        }</task>`,
      ),
    ),
  ),
  reject(
    "EXT089",
    "s",
    "another is listed",
    process(
      io(
        '<dataOutput id="x"/><dataOutput id="y"/><inputSet/><outputSet id="s"><dataOutputRefs>y</dataOutputRefs><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT089",
    "both",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><dataOutputRefs>x</dataOutputRefs><optionalOutputRefs>x</optionalOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT089",
    "only while executing is another constraint",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      ),
    ),
  ),
  reject(
    "EXT090",
    "G",
    "of a global task",
    `<globalTask id="G">${
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      )
    }</globalTask>`,
  ),
  reject(
    "EXT090",
    "c",
    "of a call activity",
    process(
      `<callActivity id="c">${
        io(
          '<dataOutput id="x"/><inputSet/><outputSet><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
        )
      }</callActivity>`,
    ),
  ),
  accept(
    "EXT090",
    "both",
    process(
      io(
        '<dataOutput id="x"/><inputSet/><outputSet><dataOutputRefs>x</dataOutputRefs><whileExecutingOutputRefs>x</whileExecutingOutputRefs></outputSet>',
      ),
    ),
  ),
  accept(
    "EXT090",
    "only optional is another constraint",
    process(
      io('<dataOutput id="x"/><inputSet/><outputSet><optionalOutputRefs>x</optionalOutputRefs></outputSet>'),
    ),
  ),
  reject(
    "EXT099",
    "c",
    "only a message start event",
    process(`<startEvent id="s">${MESSAGE}</startEvent>`, "Q") + call(""),
  ),
  reject(
    "EXT099",
    "c",
    "only inside, by prefix, in a sub-process",
    process(sub('<startEvent id="s"/>'), "Q") +
      process(sub('<callActivity id="c" calledElement="tns:Q"/>', "S2"), "P"),
  ),
  accept(
    "EXT099",
    "one of two",
    process(`<startEvent id="s">${MESSAGE}</startEvent><startEvent id="s2"/>`, "Q") + call(""),
  ),
  accept("EXT099", "a global task", '<globalTask id="Q"/>' + call("")),
];
