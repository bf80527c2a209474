/** Event definitions by reference, data, and models with mistakes. */
import type { Case } from "./case.ts";

const R = (id: string) => `<eventDefinitionRef>${id}</eventDefinitionRef>`;

export const definitions: readonly Case[] = [
  [
    "ref signal catch",
    `process p
  parallel f
  throw th
    ${R("sd")}
  catch c
    ${R("sd")}
  start -> f -> th -> t1 -> end
  f -> c -> t2 -> end2
<signal id="s" name="S"/>
<signalEventDefinition id="sd" signalRef="s"/>`,
    [[{}, "1 2"]],
  ],
  [
    "ref timer boundary",
    `process p
  S w=WAIT_TEN_SECONDS
  sub S
    S w2=WAIT_TEN_SECONDS
    start s
    s -> w2 -> t1
  boundary b on S
    ${R("td")}
  start -> S -> t2 -> end
  b -> t3 -> endb
<timerEventDefinition id="td"><timeDuration xsi:type="tFormalExpression">PT1S</timeDuration></timerEventDefinition>`,
    [[{}, "3"]],
  ],
  [
    "ref terminate",
    `process p
  parallel f
  S w=WAIT_TEN_SECONDS
  end e
    ${R("td")}
  start -> f -> w -> t1 -> end
  f -> t2 -> e
<terminateEventDefinition id="td"/>`,
    [[{}, "2"]],
  ],
  [
    "ref cancel",
    `process p
  transaction T
    start s
    end e
      ${R("cd")}
    s -> t1 -> e
  boundary b on T
    ${R("cd")}
  start -> T -> t2 -> end
  b -> t3 -> endb
<cancelEventDefinition id="cd"/>`,
    [[{}, "1 3"]],
  ],
  [
    "ref compensate",
    `process p
  script u1
    <script>SCRIPT_task1</script>
  boundary cb on u1
    ${R("cd")}
  script h: isForCompensation=true
    <script>SCRIPT_task4</script>
  throw c
    ${R("cd")}
  <association id="as" sourceRef="cb" targetRef="h" associationDirection="One"/>
  start -> u1 -> c -> t2 -> end
<compensateEventDefinition id="cd"/>`,
    [[{}, "1 4 2"]],
  ],
  [
    "ref conditional",
    `process p
  S inc=INCREMENT_INTEGER_VARIABLE
  event E
    start es
      ${R("cd")}
    es -> t2
  start -> t1 -> inc -> t3 -> end
<conditionalEventDefinition id="cd"><condition xsi:type="tFormalExpression">integerVariable>0</condition></conditionalEventDefinition>`,
    [[{ integerVariable: 0 }, "1 2"]],
  ],
  [
    "ref escalation",
    `process p
  sub S
    throw th
      ${R("ed")}
    start s
    s -> t1 -> th -> t2
  boundary b on S: non
    ${R("ed")}
  start -> S -> t3 -> end
  b -> t4 -> endb
<escalation id="es" escalationCode="E1"/>
<escalationEventDefinition id="ed" escalationRef="es"/>`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "ref message",
    `process p
  throw th
    ${R("md")}
  start -> t1 -> th -> t2 -> end
process q
  start s
    ${R("md")}
  s -> t3 -> endq
<message id="m" name="M"/>
<messageEventDefinition id="md" messageRef="m"/>`,
    [[{}, "1 2 3"]],
  ],
  [
    "ref link",
    `process p
  throw l1
    ${R("ld")}
  catch c
    ${R("lc")}
  start -> t1 -> l1
  c -> t3 -> end
<linkEventDefinition id="ld" name="L"><target>lc</target></linkEventDefinition>
<linkEventDefinition id="lc" name="L"><source>ld</source></linkEventDefinition>`,
    [[{}, "1 3"]],
  ],
  [
    "ref multi",
    `process p
  parallel f
  throw th
    ${R("a")}${R("b")}
  catch c: parallelMultiple=true
    ${R("a")}${R("b")}
  start -> f -> th -> t1 -> end
  f -> c -> t2 -> end2
<signal id="sa" name="A"/>
<signal id="sb" name="B"/>
<signalEventDefinition id="a" signalRef="sa"/>
<signalEventDefinition id="b" signalRef="sb"/>`,
    [[{}, "1 2"]],
  ],
  [
    "ref multi mixed",
    `process p
  parallel f
  throw th
    ${R("a")}
  catch c
    ${R("b")}<signalEventDefinition signalRef="sa"/>
  start -> f -> th -> t1 -> end
  f -> c -> t2 -> end2
<signal id="sa" name="A"/>
<signal id="sb" name="B"/>
<signalEventDefinition id="a" signalRef="sa"/>
<signalEventDefinition id="b" signalRef="sb"/>`,
    [[{}, "1 2"]],
  ],
  [
    "ref unknown",
    `process p
  end e
    ${R("nothing")}
  start -> t1 -> e`,
    [[{}, "E"]],
  ],
  [
    "ref wrong",
    `process p
  end e
    ${R("m")}
  start -> t1 -> e
<message id="m" name="M"/>`,
    [[{}, "E"]],
  ],
  [
    "signal noname",
    `process p
  parallel f
  throw th
    <signalEventDefinition signalRef="s"/>
  catch c
    <signalEventDefinition signalRef="s"/>
  start -> f -> th -> t1 -> end
  f -> c -> t2 -> end2
<signal id="s"/>`,
    [[{}, "1 2"]],
  ],
  [
    "error nocode",
    `process p
  sub S
    start s
    end e
      <errorEventDefinition errorRef="er"/>
    s -> t1 -> e
  boundary b on S
    <errorEventDefinition errorRef="er"/>
  start -> S -> t3 -> end
  b -> t4 -> endb
<error id="er" name="x"/>`,
    [[{}, "1 4"]],
  ],
  [
    "error two nocode",
    `process p
  sub S
    start s
    end e
      <errorEventDefinition errorRef="er"/>
    s -> t1 -> e
  boundary b on S
    <errorEventDefinition errorRef="er2"/>
  start -> S -> t3 -> end
  b -> t4 -> endb
<error id="er" name="x"/>
<error id="er2" name="y"/>`,
    [[{}, "1 X"]],
  ],
  [
    "esc noref throw",
    `process p
  sub S
    start s
    throw th
      <escalationEventDefinition/>
    s -> t1 -> th -> t2
  boundary b on S: non
    <escalationEventDefinition/>
  start -> S -> t3 -> end
  b -> t4 -> endb`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "signal noref",
    `process p
  catch c
    <signalEventDefinition/>
  start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "message noref",
    `process p
  catch c
    <messageEventDefinition/>
  start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "message noref throw",
    `process p
  throw c
    <messageEventDefinition/>
  start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "cond no condition",
    `process p
  catch c
    <conditionalEventDefinition/>
  start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  // data
  [
    "data object",
    `process p
  <dataObject id="DO" name="data"/>
  S set=SET_STRING_DATA
  S log=LOG_DATA
  start -> set -> log -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data none",
    `process p
  S log=LOG_DATA
  start -> log -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "data plain",
    `S set=SET_STRING_DATA
S log=LOG_DATA
start -> set -> log -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data property",
    `process p
  <property id="data" name="data"/>
  S set=SET_STRING_DATA
  S log=LOG_DATA
  start -> set -> log -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data sub visible in sub",
    `sub X
  <dataObject id="DO" name="data"/>
  S set=SET_STRING_DATA
  S log=LOG_DATA
  start s
  s -> set -> log
start -> X -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data sub not visible outside",
    `sub X
  <dataObject id="DO" name="data"/>
  S set=SET_STRING_DATA
  start s
  s -> set
S log=LOG_DATA
start -> X -> log -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "data outer visible in sub",
    `process p
  <dataObject id="DO" name="data"/>
  sub X
    S log=LOG_DATA
    start s
    s -> log
  S set=SET_STRING_DATA
  start -> set -> X -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data assoc",
    `process p
  <dataObject id="DO" name="thing"/>
  <dataObjectReference id="DOR" name="thing" dataObjectRef="DO"/>
  script set
    <ioSpecification><dataOutput id="o1" name="data"/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>DOR</targetRef></dataOutputAssociation><script>SET_STRING_DATA</script>
  script log
    <ioSpecification><dataInput id="i1" name="data"/><inputSet><dataInputRefs>i1</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DOR</sourceRef><targetRef>i1</targetRef></dataInputAssociation><script>LOG_DATA</script>
  start -> set -> log -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data assoc same name",
    `process p
  <dataObject id="data"/>
  <dataObjectReference id="DOR" dataObjectRef="data"/>
  script set
    <ioSpecification><dataOutput id="o1"/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>DOR</targetRef></dataOutputAssociation><script>SET_STRING_DATA</script>
  script log
    <ioSpecification><dataInput id="i1"/><inputSet><dataInputRefs>i1</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DOR</sourceRef><targetRef>i1</targetRef></dataInputAssociation><script>LOG_DATA</script>
  start -> set -> log -> t1 -> end`,
    [[{}, "D 1"]],
  ],
  [
    "data store",
    `process p
  <dataStoreReference id="data" name="data" dataStoreRef="DS"/>
  S set=SET_STRING_DATA
  S log=LOG_DATA
  start -> set -> log -> t1 -> end
<dataStore id="DS" name="data"/>`,
    [[{}, "D 1"]],
  ],
  [
    "data call",
    `process p
  S set=SET_STRING_DATA
  call c: calls=q
  start -> set -> c -> t1 -> end
process q
  S log=LOG_DATA
  startq -> log -> endq`,
    [[{}, "D 1"]],
  ],
  [
    "data call back",
    `process p
  S log=LOG_DATA
  call c: calls=q
  start -> c -> log -> t1 -> end
process q
  S set=SET_STRING_DATA
  startq -> set -> endq`,
    [[{}, "D 1"]],
  ],
  [
    "data task property local",
    `process p
  script set
    <property id="data" name="data"/><script>SET_STRING_DATA</script>
  S log=LOG_DATA
  start -> set -> log -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "data eventsub",
    `process p
  <dataObject id="DO" name="data"/>
  event E
    start es: signal=A
    S log=LOG_DATA
    es -> log -> t2
  throw th: signal=A
  S set=SET_STRING_DATA
  start -> set -> th -> t1 -> end`,
    [[{}, "D 2"]],
  ],
  // errors
  [
    "cond not boolean",
    `xor x
start -> x
x -[integerVariable]-> t1
x -/-> t2`,
    [[{ integerVariable: 1 }, "R"]],
  ],
  [
    "cond unknown var",
    `xor x
start -> x
x -[nothing == 1]-> t1
x -/-> t2`,
    [[{}, "R"]],
  ],
  [
    "cond syntax",
    `xor x
start -> x
x -[integerVariable ==]-> t1
x -/-> t2`,
    [[{}, "E"]],
  ],
  [
    "start incoming",
    `start -> t1 -> start
t1 -> end`,
    [[{}, "E"]],
  ],
  ["end outgoing", `start -> t1 -> end -> t2`, [[{}, "E"]]],
  [
    "boundary incoming",
    `boundary b on t1: signal=A
start -> t1 -> b
b -> t2`,
    [[{}, "E"]],
  ],
  [
    "default other",
    `xor x
start -> x
x -[true]-> t1 -> t2
xor y: default=x-t1
t2 -> y -> t3`,
    [[{}, "E"]],
  ],
  [
    "flow cross sub",
    `sub A
  start s
  s -> t1
start -> A -> t2
<sequenceFlow id="across" sourceRef="t2" targetRef="t1"/>`,
    [[{}, "E"]],
  ],
  [
    "evgw to task",
    `events g
catch c: signal=A
start -> g -> t1
g -> c -> t2`,
    [[{}, "E"]],
  ],
  [
    "evgw one",
    `events g
catch c: timer=PT1S
start -> g -> c -> t2`,
    [[{}, "2"]],
  ],
  [
    "evgw condition",
    `events g
catch c: timer=PT1S
catch d: timer=PT2S
start -> g
g -[true]-> c -> t2
g -> d -> t3`,
    [[{}, "E"]],
  ],
  [
    "evgw par not inst",
    `events g: eventGatewayType=Parallel
catch c: timer=PT1S
catch d: timer=PT2S
start -> g -> c -> t2
g -> d -> t3`,
    [[{}, "E"]],
  ],
  [
    "par gw conditions",
    `parallel f
start -> f
f -[false]-> t1
f -> t2`,
    [[{}, "1 2"]],
  ],
  [
    "complex bad activation",
    `parallel f
complex j: start="activationCount"
start -> f -> t1, t2 -> j -> t3`,
    [[{}, "1 2 R"]],
  ],
  [
    "complex never",
    `parallel f
complex j: start="activationCount>=3"
start -> f -> t1, t2 -> j -> t3`,
    [[{}, "1 2"]],
  ],
  [
    "par div xor conv par",
    `parallel f
parallel j
xor m
start -> f -> t1 -> j
f -> t2 -> m
f -> t4 -> m -> t3 -> j
j -> t5 -> end`,
    [[{}, "1 2 3 4 3 5"]],
  ],
  ["no start no end", `t1 -> t2`, [[{}, "1 2"]]],
  [
    "mi str card",
    `script t1: parallel="abc"
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "mi float card",
    `script t1: parallel="1.5"
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "mi both",
    `script t1
  <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataInputRef>x</loopDataInputRef></multiInstanceLoopCharacteristics>
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "mi neither",
    `script t1
  <multiInstanceLoopCharacteristics/>
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "mi until bad",
    `script t1: parallel=2 until="nrOfCompletedInstances"
start -> t1 -> t2 -> end`,
    [[{}, "1 1 R"]],
  ],
  [
    "loop cond bad",
    `script t1: while="integerVariable"
start -> t1 -> t2 -> end`,
    [[{ integerVariable: 1 }, "1 R"]],
  ],
  [
    "two loops",
    `script t1
  <standardLoopCharacteristics loopMaximum="2"/><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "script missing",
    `script x
start -> x -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "call no element",
    `call c
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "sub empty",
    `sub S
start -> S -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "sub only end",
    `sub S
  end e
start -> S -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "send no message",
    `send s
start -> s -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "receive no message",
    `receive s
start -> s -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "call self loop mi",
    `process p
  call c: calls=q parallel=2
  start -> c -> t2 -> end
process q
  S w=WAIT_TEN_SECONDS
  startq -> w -> t1 -> endq`,
    [[{}, "1 1 2"]],
  ],
  [
    "call not executable",
    `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="c"/><callActivity id="c" calledElement="q"/></process><process id="q" isExecutable="false"><task id="x"/></process></definitions>`,
    [[{}, "E"]],
  ],
  [
    "dup ids",
    `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="c"/><task id="c"/><task id="c"/></process></definitions>`,
    [[{}, "E"]],
  ],
  [
    "not exec",
    `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p" isExecutable="false"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="c"/><task id="c"/></process></definitions>`,
    [[{}, "E"]],
  ],
  [
    "qname refs",
    `<?xml version="1.0"?><b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t" targetNamespace="urn:t"><b:signal id="sg" name="x"/><b:process id="p" isExecutable="1"><b:startEvent id="s"/><b:sequenceFlow id="f" sourceRef="s" targetRef="c"/><b:callActivity id="c" calledElement="t:q"/></b:process><b:process id="q" isExecutable="true"><b:startEvent id="s2"/><b:sequenceFlow id="f2" sourceRef="s2" targetRef="x"/><b:scriptTask id="x"><b:script><![CDATA[ SCRIPT_task1 ]]></b:script></b:scriptTask><b:sequenceFlow id="f3" sourceRef="x" targetRef="e"/><b:endEvent id="e"><b:signalEventDefinition signalRef="t:sg"/></b:endEvent></b:process></b:definitions>`,
    [[{}, "1"]],
  ],

  [
    "msg payload",
    `process p
  <dataObject id="DO" name="data"/>
  <dataObjectReference id="DOR" dataObjectRef="DO"/>
  S set=SET_STRING_DATA
  throw m
    <dataInput id="mi" name="data"/><dataInputAssociation><sourceRef>DOR</sourceRef><targetRef>mi</targetRef></dataInputAssociation><inputSet><dataInputRefs>mi</dataInputRefs></inputSet><messageEventDefinition messageRef="message_M"/>
  start -> set -> m -> t1
process q
  <dataObject id="DOq" name="data"/>
  <dataObjectReference id="DORq" dataObjectRef="DOq"/>
  start s
    <dataOutput id="mo" name="x"/><dataOutputAssociation><sourceRef>mo</sourceRef><targetRef>DORq</targetRef></dataOutputAssociation><outputSet><dataOutputRefs>mo</dataOutputRefs></outputSet><messageEventDefinition messageRef="message_M"/>
  S log=LOG_DATA
  s -> log -> t2
<message id="message_M" name="M"/>`,
    [[{}, "1 D 2"]],
  ],
  [
    "msg no payload",
    `process p
  S set=SET_STRING_DATA
  throw m: message=M
  start -> set -> m -> t1
process q
  start s: message=M
  S log=LOG_DATA
  s -> log -> t2`,
    [[{}, "1 2"]],
  ],
  [
    "sig payload eventsub",
    `process p
  <dataObject id="DO" name="thing"/>
  script set
    <ioSpecification><dataOutput id="o1" name="data"/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>DO</targetRef></dataOutputAssociation><script>SET_STRING_DATA</script>
  throw th
    <dataInput id="mi" name="data"/><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>mi</targetRef></dataInputAssociation><inputSet><dataInputRefs>mi</dataInputRefs></inputSet><signalEventDefinition signalRef="signal_S"/>
  event E
    start es: signal=S
    S log=LOG_DATA
    es -> log -> t2
  start -> set -> th -> t1`,
    [[{}, "D 2"]],
  ],
  [
    "mi collection do",
    `process p
  <dataObject id="DO" name="items" isCollection="true"/>
  sub X
    <multiInstanceLoopCharacteristics><loopDataInputRef>DO</loopDataInputRef><inputDataItem id="it" name="data"/></multiInstanceLoopCharacteristics>
    start s
    S log=LOG_DATA
    s -> log
  start -> X -> t1`,
    [[{ items: ["String", "no", "String"] }, "D D 1"], [{ items: [] }, "1"], [{ items: 5 }, "R"]],
  ],
  [
    "mi collection task",
    `process p
  <dataObject id="DO" name="items" isCollection="true"/>
  script log
    <ioSpecification><dataInput id="di" name="list" isCollection="true"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>di</targetRef></dataInputAssociation><multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>di</loopDataInputRef><inputDataItem id="it" name="data"/></multiInstanceLoopCharacteristics><script>LOG_DATA</script>
  start -> log -> t1`,
    [[{ items: ["String", "no", "String"] }, "D D 1"]],
  ],
  [
    "mi output collection",
    `process p
  <dataObject id="DO" name="out" isCollection="true"/>
  script set
    <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>DO</loopDataOutputRef><outputDataItem id="it" name="data"/></multiInstanceLoopCharacteristics><script>SET_STRING_DATA</script>
  sub X
    <multiInstanceLoopCharacteristics><loopDataInputRef>DO</loopDataInputRef><inputDataItem id="it2" name="data"/></multiInstanceLoopCharacteristics>
    start s
    S log=LOG_DATA
    s -> log
  start -> set -> X -> t1`,
    [[{}, "D D 1"]],
  ],
  [
    "call io",
    `process p
  <dataObject id="DO" name="mine"/>
  script set
    <ioSpecification><dataOutput id="o1" name="data"/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>DO</targetRef></dataOutputAssociation><script>SET_STRING_DATA</script>
  call c: calls=q
    <ioSpecification><dataInput id="ci" name="data"/><inputSet><dataInputRefs>ci</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>ci</targetRef></dataInputAssociation>
  start -> set -> c -> t1
process q
  <ioSpecification><dataInput id="qi" name="data"/><inputSet><dataInputRefs>qi</dataInputRefs></inputSet><outputSet/></ioSpecification>
  S log=LOG_DATA
  startq -> log -> t2`,
    [[{}, "D 2 1"]],
  ],
  [
    "call io other name",
    `process p
  <dataObject id="DO" name="data"/>
  S set=SET_STRING_DATA
  call c: calls=q
    <ioSpecification><dataInput id="ci" name="other"/><inputSet><dataInputRefs>ci</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>ci</targetRef></dataInputAssociation>
  start -> set -> c -> t1
process q
  S log=LOG_DATA
  startq -> log -> t2`,
    [[{}, "2 1"]],
  ],
  [
    "call io out",
    `process p
  <dataObject id="DO" name="data"/>
  call c: calls=q
    <ioSpecification><dataOutput id="co" name="result"/><inputSet/><outputSet><dataOutputRefs>co</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>co</sourceRef><targetRef>DO</targetRef></dataOutputAssociation>
  S log=LOG_DATA
  start -> c -> log -> t1
process q
  <ioSpecification><dataOutput id="qo" name="data"/><inputSet/><outputSet><dataOutputRefs>qo</dataOutputRefs></outputSet></ioSpecification>
  S set=SET_STRING_DATA
  startq -> set -> t2`,
    [[{}, "2 D 1"]],
  ],
  [
    "required input missing",
    `process p
  <dataObject id="DO" name="thing"/>
  script log
    <ioSpecification><dataInput id="i1" name="data"/><inputSet><dataInputRefs>i1</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>i1</targetRef></dataInputAssociation><script>LOG_DATA</script>
  start -> log -> t1`,
    [[{}, "R"], [{ thing: "String" }, "D 1"]],
  ],
  [
    "optional input missing",
    `process p
  <dataObject id="DO" name="thing"/>
  script log
    <ioSpecification><dataInput id="i1" name="data"/><inputSet><dataInputRefs>i1</dataInputRefs><optionalInputRefs>i1</optionalInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>DO</sourceRef><targetRef>i1</targetRef></dataInputAssociation><script>LOG_DATA</script>
  start -> log -> t1`,
    [[{}, "1"]],
  ],
  [
    "assignment",
    `process p
  <dataObject id="DO" name="data"/>
  script set
    <ioSpecification><dataOutput id="o1" name="o"/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><targetRef>DO</targetRef><assignment><from xsi:type="tFormalExpression">"String"</from><to xsi:type="tFormalExpression">data</to></assignment></dataOutputAssociation><script>CREATE_LOG_FILE</script>
  S log=LOG_DATA
  start -> set -> log -> t1`,
    [[{}, "D 1"]],
  ],
  [
    "transformation",
    `process p
  <dataObject id="DO" name="data"/>
  <dataObject id="A" name="a"/>
  script log
    <ioSpecification><dataInput id="i1" name="data"/><inputSet><dataInputRefs>i1</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>A</sourceRef><targetRef>i1</targetRef><transformation>a + "ing"</transformation></dataInputAssociation><script>LOG_DATA</script>
  start -> log -> t1`,
    [[{ a: "Str" }, "D 1"]],
  ],
  [
    "sub property",
    `process p
  sub X
    <property id="pr" name="data"/>
    S set=SET_STRING_DATA
    S log=LOG_DATA
    start s
    s -> set -> log
  S log2=LOG_DATA
  start -> X -> log2 -> t1`,
    [[{}, "D 1"]],
  ],
  [
    "sub mi property each",
    `process p
  sub X: parallel=2
    <property id="pr" name="integerVariable"/>
    S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG
    start s
    s -> inc
  xor x
  start -> X -> x
  x -[integerVariable==7]-> t1
  x -/-> t2`,
    [[{ integerVariable: 7 }, "I I 1"]],
  ],
  [
    "terminate in called",
    `process p
  call c: calls=q
  start -> c -> t1
process q
  parallel f
  end e: terminate
  S w=WAIT_TEN_SECONDS
  startq -> f -> w -> t2
  f -> t3 -> e`,
    [[{}, "3 1"]],
  ],
  [
    "cancel in called refused",
    `process p
  transaction T
    call c: calls=q
    start s
    s -> c
  boundary b on T: cancel
  start -> T -> t1
  b -> t2
process q
  end e: cancel
  startq -> t3 -> e`,
    [[{}, "E"]],
  ],
  [
    "default with condition",
    `xor x
start -> x
x -[integerVariable==5]-> t1
x -/-> t2
`,
    [[{ integerVariable: 5 }, "1"], [{ integerVariable: 4 }, "2"]],
  ],
  ...([
    ["an object by its id", '<dataObject id="data" name="The data"/>', "data"],
    ["an object by its id, over a reference", '<dataObject id="data" name="The data"/>REF', "R"],
    ["an object by its name", '<dataObject id="X" name="data"/>', "X"],
    ["a property by its id", '<property id="data" name="The data"/>', "data"],
  ] as const).map(([name, declared, end]): Case => [
    `scripts write and read ${name}`,
    `process p
  ${declared.replace("REF", '\n  <dataObjectReference id="R" dataObjectRef="data"/>')}
  script set
    <ioSpecification><dataOutput id="O" name="output"/><inputSet/><outputSet><dataOutputRefs>O</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>O</sourceRef><targetRef>${end}</targetRef></dataOutputAssociation><script>SET_STRING_DATA</script>
  script log
    <ioSpecification><dataInput id="I" name="input"/><inputSet><dataInputRefs>I</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>${end}</sourceRef><targetRef>I</targetRef></dataInputAssociation><script>LOG_DATA</script>
  start -> set -> log -> t1`,
    [[{}, "D 1"]],
  ]),
];
