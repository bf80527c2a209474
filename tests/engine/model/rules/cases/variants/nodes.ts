/**
 * Links, gateways and compensation: nested, with prefixes and imports, across pools, and what only looks like
 * a breach. A list of independent cases: long, but without structure to split.
 */
import { accept, chain, CONDITION, drawing, flow, process, reject, type RuleCase, TIMER } from "../case.ts";
import { catches, eventSub, link, MESSAGE, ref, SIGNAL, source, sub, target, throws } from "./parts.ts";

export const nodeVariants: readonly RuleCase[] = [
  reject(
    "EXT017",
    "g",
    "an inclusive gateway in a sub-process",
    process(
      sub(
        `<inclusiveGateway id="g" gatewayDirection="Converging"/><task id="a"/><task id="b"/>${
          flow("g", "a")
        }${flow("g", "b")}`,
      ),
    ),
  ),
  reject(
    "EXT017",
    "g",
    "only listed",
    process(
      '<complexGateway id="g" gatewayDirection="Converging"><outgoing>a</outgoing><outgoing>b</outgoing></complexGateway>',
    ),
  ),
  accept(
    "EXT017",
    "unspecified",
    process(
      `<inclusiveGateway id="g" gatewayDirection="Unspecified"/><task id="a"/><task id="b"/>${
        flow("g", "a")
      }${flow("g", "b")}`,
    ),
  ),
  accept(
    "EXT017",
    "one flow listed twice",
    process(
      '<complexGateway id="g" gatewayDirection="Converging"><outgoing>a</outgoing><outgoing>tns:a</outgoing></complexGateway>',
    ),
  ),
  reject(
    "EXT018",
    "g",
    "a complex gateway",
    process(
      `<complexGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("a", "g")}${
        flow("b", "g")
      }`,
    ),
  ),
  reject(
    "EXT018",
    "g",
    "an event-based gateway",
    process(
      `<eventBasedGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("a", "g")}${
        flow("b", "g")
      }`,
    ),
  ),
  accept(
    "EXT018",
    "no direction",
    process(`<complexGateway id="g"/><task id="a"/><task id="b"/>${flow("a", "g")}${flow("b", "g")}`),
  ),
  accept(
    "EXT018",
    "none incoming",
    process(
      `<parallelGateway id="g" gatewayDirection="Diverging"/><task id="a"/><task id="b"/>${flow("g", "a")}${
        flow("g", "b")
      }`,
    ),
  ),
  reject("EXT019", "g", "no flows", process('<exclusiveGateway id="g" gatewayDirection="Mixed"/>')),
  reject(
    "EXT019",
    "g",
    "two in, one out, in a sub-process",
    process(
      sub(
        `<inclusiveGateway id="g" gatewayDirection="Mixed"/><task id="a"/><task id="b"/>${flow("a", "g")}${
          flow("b", "g")
        }${flow("g", "a")}`,
      ),
    ),
  ),
  accept(
    "EXT019",
    "several flows between the same nodes",
    process(
      `<inclusiveGateway id="g" gatewayDirection="Mixed"/><task id="a"/>${flow("a", "g")}${
        flow("g", "a")
      }<sequenceFlow id="f" sourceRef="a" targetRef="g"/><sequenceFlow id="h" sourceRef="g" targetRef="a"/>`,
    ),
  ),
  accept("EXT019", "not mixed", process('<exclusiveGateway id="g"/>')),
  reject(
    "EXT117",
    "t",
    "by reference",
    link("x") +
      process(
        `<task id="a"/><intermediateThrowEvent id="t">${ref("x")}</intermediateThrowEvent>${
          chain("a", "t", "a")
        }`,
      ),
  ),
  reject(
    "EXT117",
    "c",
    "a catch in a sub-process",
    process(
      sub(
        `<task id="a"/><intermediateCatchEvent id="c">${link("x")}</intermediateCatchEvent>${
          chain("a", "c", "a")
        }`,
      ),
    ),
  ),
  accept(
    "EXT117",
    "one side each",
    process(
      `<task id="a"/><intermediateThrowEvent id="t">${
        link("x")
      }</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y")
      }</intermediateCatchEvent><task id="b"/>${flow("a", "t")}${flow("c", "b")}`,
    ),
  ),
  accept(
    "EXT117",
    "a signal with both",
    process(
      `<task id="a"/><intermediateThrowEvent id="t">${SIGNAL}</intermediateThrowEvent>${
        chain("a", "t", "a")
      }`,
    ),
  ),
  reject(
    "EXT118",
    "t",
    "another name",
    process(
      `<intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent><intermediateCatchEvent id="c"><linkEventDefinition name="B"/></intermediateCatchEvent>`,
    ),
  ),
  reject(
    "EXT118",
    "t",
    "its target is a throw",
    process(
      `<intermediateThrowEvent id="t">${
        link("x", target("y"))
      }</intermediateThrowEvent><intermediateThrowEvent id="u">${link("y")}</intermediateThrowEvent>`,
    ),
  ),
  accept(
    "EXT118",
    "by reference and prefix",
    link("x", target("tns:y")) + link("y", source("tns:x")) +
      process(
        `<intermediateThrowEvent id="t">${ref("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
          ref("y")
        }</intermediateCatchEvent>`,
      ),
  ),
  accept(
    "EXT118",
    "two sources, one target",
    process(
      `<intermediateThrowEvent id="t">${
        link("x", target("y"))
      }</intermediateThrowEvent><intermediateThrowEvent id="u">${
        link("z", target("y"))
      }</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y", source("x") + source("z"))
      }</intermediateCatchEvent>`,
    ),
  ),
  reject("EXT124", "y", "by reference", link("y") + catches(ref("y"))),
  reject(
    "EXT124",
    "y",
    "a target instead",
    process(sub(`<intermediateCatchEvent id="c">${link("y", target("x"))}</intermediateCatchEvent>`)),
  ),
  accept("EXT124", "two sources", catches(link("y", source("a") + source("b")))),
  accept("EXT124", "a throw", throws(link("y"))),
  reject("EXT125", "x", "two", throws(link("x", target("a") + target("b")))),
  reject("EXT125", "x", "a source instead, by reference", link("x", source("a")) + throws(ref("x"))),
  accept("EXT125", "one", throws(link("x", target("a")))),
  accept("EXT125", "a catch", catches(link("x", source("a")))),
  reject(
    "EXT126",
    "t",
    "another process, by name",
    throws(link("x")) + drawing(`<intermediateCatchEvent id="c">${link("y")}</intermediateCatchEvent>`, "Q"),
  ),
  reject(
    "EXT126",
    "t",
    "from an event sub-process to its process",
    process(
      `${
        eventSub(`<intermediateThrowEvent id="t">${link("x", target("y"))}</intermediateThrowEvent>`)
      }<intermediateCatchEvent id="c">${link("y", source("x"))}</intermediateCatchEvent>`,
    ),
  ),
  accept(
    "EXT126",
    "in one sub-process",
    process(
      sub(
        `<intermediateThrowEvent id="t">${link("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
          link("y")
        }</intermediateCatchEvent>`,
      ),
    ),
  ),
  accept(
    "EXT126",
    "the same name in two processes",
    process(
      `<intermediateThrowEvent id="t">${link("x")}</intermediateThrowEvent><intermediateCatchEvent id="c">${
        link("y")
      }</intermediateCatchEvent>`,
    ) +
      drawing(
        `<intermediateThrowEvent id="t2">${
          link("x2")
        }</intermediateThrowEvent><intermediateCatchEvent id="c2">${link("y2")}</intermediateCatchEvent>`,
        "Q",
      ),
  ),
  reject(
    "EXT135",
    "g",
    "one in, one out, in a sub-process",
    process(sub(`<task id="a"/><exclusiveGateway id="g"/><task id="b"/>${chain("a", "g", "b")}`)),
  ),
  reject("EXT135", "g", "an event-based gateway alone", process('<eventBasedGateway id="g"/>')),
  accept(
    "EXT135",
    "two in, none out",
    process(`<task id="a"/><task id="b"/><parallelGateway id="g"/>${flow("a", "g")}${flow("b", "g")}`),
  ),
  accept(
    "EXT135",
    "none in, two out",
    process(`<task id="a"/><task id="b"/><parallelGateway id="g"/>${flow("g", "a")}${flow("g", "b")}`),
  ),
  reject(
    "EXT136",
    "g",
    "none, and it starts the process",
    process('<eventBasedGateway id="g" instantiate="true"/>'),
  ),
  reject(
    "EXT136",
    "g",
    "one, in a sub-process",
    process(sub(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`)),
  ),
  accept(
    "EXT136",
    "three",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/><receiveTask id="q"/><receiveTask id="u"/>${
        flow("g", "r")
      }${flow("g", "q")}${flow("g", "u")}`,
    ),
  ),
  accept(
    "EXT136",
    "an exclusive gateway with one",
    process(`<exclusiveGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`),
  ),
  reject(
    "EXT137",
    "g-r",
    "natural",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/>${
        flow("g", "r", "<conditionExpression>x</conditionExpression>")
      }`,
    ),
  ),
  reject(
    "EXT137",
    "g-r",
    "empty, in a drawing",
    drawing(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r", "<conditionExpression/>")}`),
  ),
  accept(
    "EXT137",
    "into the gateway",
    process(
      `<task id="a"/><task id="b"/><eventBasedGateway id="g"/>${flow("a", "g", CONDITION)}${flow("a", "b")}`,
    ),
  ),
  accept(
    "EXT137",
    "another gateway",
    process(`<inclusiveGateway id="g"/><task id="a"/>${flow("g", "a", CONDITION)}`),
  ),
  reject(
    "EXT138",
    "x",
    "a link",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${link("l")}</intermediateCatchEvent>${
        flow("g", "x")
      }`,
    ),
  ),
  reject(
    "EXT138",
    "x",
    "an exclusive gateway",
    process(`<eventBasedGateway id="g"/><exclusiveGateway id="x"/>${flow("g", "x")}`),
  ),
  reject(
    "EXT138",
    "x",
    "a throw event in a sub-process",
    process(
      sub(
        `<eventBasedGateway id="g"/><intermediateThrowEvent id="x">${SIGNAL}</intermediateThrowEvent>${
          flow("g", "x")
        }`,
      ),
    ),
  ),
  accept(
    "EXT138",
    "by reference",
    SIGNAL +
      process(
        `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${ref("sd")}</intermediateCatchEvent>${
          flow("g", "x")
        }`,
      ),
  ),
  accept(
    "EXT138",
    "multiple",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${SIGNAL}${TIMER}</intermediateCatchEvent>${
        flow("g", "x")
      }`,
    ),
  ),
  reject(
    "EXT139",
    "g",
    "a message by reference",
    MESSAGE +
      process(
        `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${
          ref("md")
        }</intermediateCatchEvent><receiveTask id="r"/>${flow("g", "x")}${flow("g", "r")}`,
      ),
  ),
  reject(
    "EXT139",
    "g",
    "a multiple event with a message",
    process(
      `<eventBasedGateway id="g" instantiate="true"/><intermediateCatchEvent id="x">${SIGNAL}${MESSAGE}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("g", "r")}`,
    ),
  ),
  accept(
    "EXT139",
    "a signal and a receive task",
    process(
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="x">${SIGNAL}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("g", "r")}`,
    ),
  ),
  accept(
    "EXT139",
    "two gateways",
    process(
      `<eventBasedGateway id="g"/><eventBasedGateway id="h"/><intermediateCatchEvent id="x">${MESSAGE}</intermediateCatchEvent><receiveTask id="r"/>${
        flow("g", "x")
      }${flow("h", "r")}`,
    ),
  ),
  reject(
    "EXT140",
    "r",
    "by prefix",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/><boundaryEvent id="b" attachedToRef="tns:r">${TIMER}</boundaryEvent>${
        flow("g", "r")
      }`,
    ),
  ),
  reject(
    "EXT140",
    "r",
    "a compensation boundary event",
    process(
      sub(
        `<eventBasedGateway id="g"/><receiveTask id="r"/><boundaryEvent id="b" attachedToRef="r"><compensateEventDefinition/></boundaryEvent>${
          flow("g", "r")
        }`,
      ),
    ),
  ),
  accept(
    "EXT140",
    "a receive task elsewhere",
    process(`<receiveTask id="r"/><boundaryEvent id="b" attachedToRef="r">${TIMER}</boundaryEvent>`),
  ),
  accept("EXT140", "none", process(`<eventBasedGateway id="g"/><receiveTask id="r"/>${flow("g", "r")}`)),
  reject(
    "EXT141",
    "r",
    "twice from the gateway",
    process(
      `<eventBasedGateway id="g"/><receiveTask id="r"/>${
        flow("g", "r")
      }<sequenceFlow id="f" sourceRef="g" targetRef="r"/>`,
    ),
  ),
  reject(
    "EXT141",
    "x",
    "an event, from a task",
    process(
      sub(
        `<task id="a"/><eventBasedGateway id="g"/><intermediateCatchEvent id="x">${TIMER}</intermediateCatchEvent>${
          flow("g", "x")
        }${flow("a", "x")}`,
      ),
    ),
  ),
  accept(
    "EXT141",
    "after what follows",
    process(`<eventBasedGateway id="g"/><receiveTask id="r"/><task id="a"/>${chain("g", "r", "a", "a")}`),
  ),
  accept(
    "EXT141",
    "an exclusive gateway",
    process(`<exclusiveGateway id="g"/><task id="a"/>${chain("g", "a", "a")}`),
  ),
  reject(
    "EXT142",
    "g",
    "as 1, only listed",
    process('<eventBasedGateway id="g" instantiate="1"><incoming>f</incoming></eventBasedGateway>'),
  ),
  reject(
    "EXT142",
    "g",
    "parallel",
    process(
      `<startEvent id="s"/><eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>${
        flow("s", "g")
      }`,
    ),
  ),
  accept(
    "EXT142",
    "instantiate false",
    process(`<startEvent id="s"/><eventBasedGateway id="g" instantiate="false"/>${flow("s", "g")}`),
  ),
  accept("EXT142", "no incoming flow", process('<eventBasedGateway id="g" instantiate="true"/>')),
  reject(
    "EXT143",
    "b",
    "an association to an annotation",
    process(
      '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><textAnnotation id="n"/><association id="x" sourceRef="b" targetRef="n"/>',
    ),
  ),
  reject(
    "EXT143",
    "b",
    "by reference, without any",
    '<compensateEventDefinition id="x"/>' +
      process(sub(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${ref("x")}</boundaryEvent>`)),
  ),
  accept(
    "EXT143",
    "the other way round, by prefix",
    process(
      '<task id="a"/><task id="h" isForCompensation="true"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="tns:h" targetRef="tns:b"/>',
    ),
  ),
  accept(
    "EXT143",
    "a timer",
    process(`<task id="a"/><boundaryEvent id="b" attachedToRef="a">${TIMER}</boundaryEvent>`),
  ),
  reject(
    "EXT144",
    "b",
    "a sub-process that is not marked",
    process(
      `<task id="a"/>${
        sub("")
      }<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="S"/>`,
    ),
  ),
  reject(
    "EXT144",
    "b",
    "a gateway",
    process(
      '<task id="a"/><parallelGateway id="h"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="h"/>',
    ),
  ),
  accept(
    "EXT144",
    "a marked sub-process and a note",
    process(
      `<task id="a"/>${
        sub("", "S", 'isForCompensation="1"')
      }<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><association id="x" sourceRef="b" targetRef="S"/><textAnnotation id="n"/><association id="y" sourceRef="n" targetRef="b"/>`,
    ),
  ),
  accept(
    "EXT144",
    "a note at an activity",
    process(`<task id="a"/><textAnnotation id="n"/><association id="y" sourceRef="n" targetRef="a"/>`),
  ),
];
