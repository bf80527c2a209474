/** Elements inside each other: what one does must not leak into the other. */
import type { Case } from "./case.ts";

export const nesting: readonly Case[] = [
  [
    "multi bnd err sig",
    `sub S
  start s
  end e: error=X
  s -> t1 -> e
boundary b on S: error=X signal=A
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "multi bnd esc sig non",
    `sub S
  throw th: escalation=X
  throw th2: signal=A
  start s
  s -> t1 -> th -> th2
boundary b on S: escalation=X signal=A non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 2 3 3"]],
  ],
  [
    "multi eventsub err esc",
    `sub S
  event E
    start es: error=X escalation=Y
    es -> t3
  throw th: escalation=Y
  start s
  s -> t1 -> th -> t2
start -> S -> t4 -> end`,
    [[{}, "1 3 4"]],
  ],
  [
    "mi sub terminate par",
    `sub S: parallel=3
  parallel f
  S w=WAIT_TEN_SECONDS
  end e: terminate
  start s
  s -> f -> w -> t1
  f -> t2 -> e
start -> S -> t3 -> end`,
    [[{}, "2 2 2 3"]],
  ],
  [
    "mi nested",
    `sub S: parallel=2
  script t1: sequential=3
  start s
  s -> t1
start -> S -> t3 -> end`,
    [[{}, "1 1 1 1 1 1 3"]],
  ],
  [
    "mi esc",
    `sub S: parallel=3
  throw th: escalation=X
  start s
  s -> th -> t1
boundary b on S: escalation=X non
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 1 1 4 4 4 3"]],
  ],
  [
    "mi esc int seq",
    `sub S: sequential=3
  throw th: escalation=X
  start s
  s -> t1 -> th -> t2
boundary b on S: escalation=X
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 4"]],
  ],
  [
    "mi call err",
    `process p
  call c: calls=q sequential=3
  boundary b on c: error=X
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  end eq: error=X
  startq -> t3 -> eq`,
    [[{}, "3 2"]],
  ],
  [
    "mi tx cancel seq",
    `transaction T: sequential=3
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  start s
  end e: cancel
  s -> u1 -> e
boundary b on T: cancel
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 4 3"]],
  ],
  [
    "loop err",
    `sub S: max=3
  S inc=INCREMENT_INTEGER_VARIABLE
  xor x
  end e: error=X
  end n
  start s
  s -> inc -> t1 -> x
  x -[integerVariable>=2]-> e
  x -/-> n
boundary b on S: error=X
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{ integerVariable: 0 }, "1 1 3"]],
  ],
  [
    "compq conditional",
    `script t1: completionQuantity=2
start -> t1
t1 -[integerVariable==1]-> t2 -> e1
t1 -/-> t3 -> e2
end e1
end e2`,
    [[{ integerVariable: 1 }, "1 2 2"], [{ integerVariable: 0 }, "1 3 3"]],
  ],
  [
    "startq in loop sub",
    `sub S: max=2
  parallel f
  script t2: startQuantity=2
  start s
  s -> f -> t1, t1b -> t2
start -> S -> t3 -> end`,
    [[{}, "1 1 2 1 1 2 3"]],
  ],
  [
    "startq mi",
    `parallel f
script t2: startQuantity=2 parallel=3
start -> f -> t1, t1b -> t2 -> t3 -> end`,
    [[{}, "1 1 2 2 2 3"]],
  ],
  [
    "compq mi",
    `script t2: completionQuantity=2 parallel=3
start -> t2 -> t3 -> end`,
    [[{}, "2 2 2 3 3"]],
  ],
  [
    "adhoc mi inner",
    `adhoc A: ordering=Sequential
  script t1: parallel=2
  script t2: max=2
start -> A -> t3 -> end`,
    [[{}, "1 1 2 2 3"]],
  ],
  [
    "adhoc loop",
    `adhoc A: max=2
  script t1
  script t2
start -> A -> t3 -> end`,
    [[{}, "1 2 1 2 3"]],
  ],
  [
    "adhoc event inside",
    `adhoc A
  script t1
  throw th: signal=A
  t1 -> th -> t2
  event E
    start es: signal=A non
    es -> t4
start -> A -> t3 -> end`,
    [[{}, "1 2 4 3"]],
  ],
  [
    "adhoc until true first",
    `adhoc A: ordering=Sequential until="true"
  script t1
  script t2
start -> A -> t3 -> end`,
    [[{}, "1 3"]],
  ],
  [
    "adhoc boundary",
    `adhoc A
  S w=WAIT_TEN_SECONDS
  script t1
boundary b on A: timer=PT1S
start -> A -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 4"]],
  ],
  [
    "link in eventsub",
    `throw th: signal=A
event E
  start es: signal=A
  throw l: link=L
  catch c: link=L
  es -> t1 -> l
  c -> t2
start -> th -> t3 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "inc join link",
    `parallel f
inclusive j
throw l: link=L
catch c: link=L
S w=WAIT_TEN_SECONDS
start -> f -> t1 -> j
f -> w -> l
c -> t2 -> j -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "inc join evgw",
    `parallel f
inclusive j
events g
catch c1: timer=PT5S
catch c2: timer=PT9S
start -> f -> t1 -> j
f -> g
g -> c1 -> t2 -> j
g -> c2 -> t4 -> end4
j -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "inc join two series loop",
    `xor m
inclusive o
inclusive j
xor d
S inc=INCREMENT_INTEGER_VARIABLE
start -> m -> inc -> o
o -[integerVariable>=1]-> t1 -> j
o -[integerVariable>=2]-> t2 -> j
j -> d
d -[integerVariable<3]-> m
d -/-> t3 -> end`,
    [[{ integerVariable: 0 }, "1 1 2 1 2 3"]],
  ],
  [
    "inc join mutual",
    `parallel f
inclusive j1
inclusive j2
xor x1
xor x2
start -> f -> t1 -> j1 -> x1
f -> t2 -> j2 -> x2
x1 -[false]-> j2
x1 -/-> t3 -> end1
x2 -[false]-> j1
x2 -/-> t4 -> end2`,
    [[{}, "1 2"]],
  ],
  [
    "complex loop",
    `xor m
parallel f
complex j: start="activationCount>=1"
xor d
S inc=INCREMENT_INTEGER_VARIABLE
start -> m -> f -> t1 -> j
f -> t2 -> j
j -> inc -> d
d -[integerVariable<2]-> m
d -/-> t3 -> end`,
    [[{ integerVariable: 0 }, "1 2 1 2 3"]],
  ],
  [
    "par loop round2",
    `parallel f
parallel j
xor m
xor d
S inc=INCREMENT_INTEGER_VARIABLE
start -> m -> f -> t1, t2 -> j -> inc -> d
d -[integerVariable<2]-> m
d -/-> t3 -> end`,
    [[{ integerVariable: 0 }, "1 2 1 2 3"]],
  ],
  [
    "eventsub nested in eventsub",
    `event E
  start es: signal=A
  throw th: signal=B
  event F
    start fs: signal=B non
    fs -> t4
  es -> t1 -> th -> t2
throw th0: signal=A
start -> th0 -> t3 -> end`,
    [[{}, "1 2 4"]],
  ],
  [
    "eventsub in sub twice",
    `sub S: max=2
  event E
    start es: escalation=X non
    es -> t4
  throw th: escalation=X
  start s
  s -> th -> t1
start -> S -> t3 -> end`,
    [[{}, "1 4 1 4 3"]],
  ],
  [
    "timer boundary loop once",
    `sub S: max=2
  S w=WAIT_TEN_SECONDS
  start s
  s -> w -> t1
boundary b on S: timer=PT15S
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "err from eventsub nonint",
    `sub S
  event E
    start es: signal=A non
    end ee: error=X
    es -> t2 -> ee
  throw th: signal=A
  S w=WAIT_TEN_SECONDS
  start s
  s -> th -> w -> t1
boundary b on S: error=X
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "2 4"]],
  ],
  [
    "comp after boundary exit",
    `sub S
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  end e: error=X
  start s
  s -> u1 -> e
boundary b on S: error=X
throw c: compensate
start -> S -> t2 -> end
b -> c -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "comp in tx after",
    `transaction T
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  start s
  s -> u1
throw c: compensate=T
start -> T -> c -> t3 -> end`,
    [[{}, "1 4 3"]],
  ],
  [
    "comp end in sub",
    `sub S
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  end e: compensate
  start s
  s -> u1 -> e
start -> S -> t3 -> end`,
    [[{}, "1 4 3"]],
  ],
  [
    "comp handler throws error",
    `sub S
  script u1
    <script>SCRIPT_task1</script>
  undo script h of u1
    <script>THROW_ERROR</script>
  end e: compensate
  start s
  s -> u1 -> e
boundary b on S: error=ERR_CODE
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 4"]],
  ],
  [
    "receive mi",
    `process p
  receive r: message=M sequential=2
  start -> r -> t1 -> end
process q
  send a: message=M
  send b: message=M
  startq -> a -> b -> endq`,
    [[{}, "1", "q"]],
  ],
  [
    "send mi",
    `process p
  send s: message=M parallel=3
  start -> s -> t1 -> end
process q
  start m: message=M
  m -> t2 -> endq`,
    [[{}, "1 2 2 2"]],
  ],
  [
    "signal starts many",
    `process p
  throw th: signal=A
  start -> th -> t1 -> end
process q
  start s: signal=A
  s -> t2 -> endq
process r
  start s2: signal=A
  s2 -> t3 -> endr`,
    [[{}, "1 2 3"]],
  ],
  [
    "message one process each",
    `process p
  throw th: message=A
  start -> th -> t1 -> end
process q
  catch c: message=A
  startq -> c -> t2 -> endq`,
    [[{}, "1 2", "q q"]],
  ],
  ["script handler order", `start -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> t8 -> end`, [[
    {},
    "1 2 3 4 5 6 7 8",
  ]]],
  [
    "gateway no out",
    `parallel f
parallel j
start -> f -> t1, t2 -> j`,
    [[{}, "1 2"]],
  ],
  [
    "xor no out",
    `xor x
start -> t1 -> x`,
    [[{}, "1"]],
  ],
  [
    "inc only default",
    `inclusive o
start -> o
o -/-> t1`,
    [[{}, "1"]],
  ],
  [
    "sub boundary two",
    `sub S
  S w=WAIT_TEN_SECONDS
  start s
  s -> w -> t1
boundary b on S: timer=PT2S
boundary c on S: timer=PT1S non
start -> S -> t2 -> end
b -> t3 -> endb
c -> t4 -> endc`,
    [[{}, "3 4"]],
  ],
  [
    "two starts one event",
    `process p
  start s0
  start s1: timer=PT1S
  s0 -> t1 -> end
  s1 -> t2 -> end2`,
    [[{}, "1 2"]],
  ],
  [
    "lanes",
    `process p
  <laneSet id="ls"><lane id="l1"><flowNodeRef>t1</flowNodeRef><childLaneSet id="cl"><lane id="l2"><flowNodeRef>t2</flowNodeRef></lane></childLaneSet></lane></laneSet>
  start -> t1 -> t2 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "two loops",
    `script t1
  <standardLoopCharacteristics loopMaximum="2"/><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "global tasks",
    `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><globalScriptTask id="g"><script>SCRIPT_task1</script></globalScriptTask><globalManualTask id="gm"/><globalTask id="gt"/><process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="c"/><callActivity id="c" calledElement="g"/><sequenceFlow id="f2" sourceRef="c" targetRef="d"/><callActivity id="d" calledElement="gm"/><sequenceFlow id="f3" sourceRef="d" targetRef="x"/><scriptTask id="x"><script>SCRIPT_task2</script></scriptTask></process></definitions>`,
    [[{}, "1 2"]],
  ],

  [
    "sub conditional out",
    `sub S
  start s
  s -> t1
start -> S
S -[test.contains("a")]-> t2
S -[test.contains("b")]-> t3
S -/-> t4`,
    [[{ test: "a" }, "1 2"], [{ test: "ab" }, "1 2 3"], [{ test: "c" }, "1 4"]],
  ],
  [
    "start conditional flows",
    `start -[test.contains("a")]-> t1
start -[test.contains("b")]-> t2`,
    [[{ test: "a" }, "1"], [{ test: "ab" }, "1 2"], [{ test: "c" }, "R"]],
  ],
  [
    "event based after loop",
    `xor m
events g
catch a: timer=PT1S
catch b: timer=PT2S
S inc=INCREMENT_INTEGER_VARIABLE
xor d
start -> m -> g
g -> a -> inc -> d
g -> b -> t9
d -[integerVariable<3]-> m
d -/-> t1 -> end`,
    [[{ integerVariable: 0 }, "1"]],
  ],
  [
    "signal two catch series",
    `parallel f
throw a: signal=A
catch c1: signal=A
catch c2: signal=A
start -> f -> a -> t1
f -> c1 -> c2 -> t2`,
    [[{}, "1"]],
  ],
  [
    "signal throw twice series",
    `parallel f
throw a: signal=A
throw b: signal=A
S w=WAIT_TEN_SECONDS
catch c1: signal=A
catch c2: signal=A
start -> f -> a -> w -> b -> t1
f -> c1 -> c2 -> t2`,
    [[{}, "1 2"]],
  ],
  [
    "message same process",
    `parallel f
throw a: message=A
catch c: message=A
start -> f -> a -> t1
f -> c -> t2`,
    [[{}, "1 2"]],
  ],
  [
    "message boundary on receive",
    `receive r: message=A
boundary b on r: timer=PT1S
start -> r -> t1
b -> t2`,
    [[{}, "2"]],
  ],
  [
    "two pools pingpong",
    `process p
  throw a: message=PING
  catch b: message=PONG
  start -> a -> b -> t1 -> end
process q
  start s: message=PING
  end e: message=PONG
  s -> t2 -> e`,
    [[{}, "2 1"]],
  ],
  [
    "call mi par err one",
    `process p
  call c: calls=q parallel=2
  boundary b on c: error=X
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  S w=WAIT_TEN_SECONDS
  end eq: error=X
  startq -> w -> eq`,
    [[{}, "2"]],
  ],
  [
    "call boundary timer",
    `process p
  call c: calls=q
  boundary b on c: timer=PT1S
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  S w=WAIT_TEN_SECONDS
  startq -> w -> t3 -> endq`,
    [[{}, "2"]],
  ],
  [
    "esc end then sub completes",
    `sub S
  end e: escalation=X
  start s
  s -> t1 -> e
boundary b on S: escalation=X non
start -> S -> t2
b -> t3`,
    [[{}, "1 2 3"]],
  ],
  [
    "esc end int",
    `sub S
  parallel f
  end e: escalation=X
  S w=WAIT_TEN_SECONDS
  start s
  s -> f -> t1 -> e
  f -> w -> t9
boundary b on S: escalation=X
start -> S -> t2
b -> t3`,
    [[{}, "1 3"]],
  ],
  [
    "sig end toplevel eventsub",
    `event E
  start es: signal=A non
  es -> t2
end e: signal=A
start -> t1 -> e`,
    [[{}, "1 2"]],
  ],
  [
    "cond eventsub non twice",
    `S inc=INCREMENT_INTEGER_VARIABLE
S inc2=INCREMENT_INTEGER_VARIABLE
event E
  start es: condition="integerVariable==1" non
  es -> t2
start -> inc -> t1 -> inc2 -> t3`,
    [[{ integerVariable: 0 }, "1 2 3"]],
  ],
  [
    "timer cycle start eventsub int",
    `event E
  start es: timer=R3/PT2S
  es -> t2
S w=WAIT_TEN_SECONDS
start -> w -> t1`,
    [[{}, "2"]],
  ],
  [
    "nested parallel inclusive",
    `parallel f
inclusive o
inclusive oj
parallel j
start -> f -> t1 -> j
f -> o
o -[test.contains("a")]-> t2 -> oj
o -[test.contains("b")]-> t3 -> oj
o -/-> t4 -> oj
oj -> j -> t5`,
    [[{ test: "a" }, "1 2 5"], [{ test: "ab" }, "1 2 3 5"], [{ test: "z" }, "1 4 5"]],
  ],
  [
    "inc unstructured two joins",
    `inclusive o
inclusive j1
inclusive j2
start -> o
o -[test.contains("a")]-> t1 -> j1
o -[test.contains("b")]-> t2 -> j1
o -[test.contains("c")]-> t3 -> j2
j1 -> t4 -> j2 -> t5`,
    [[{ test: "a" }, "1 4 5"], [{ test: "abc" }, "1 2 3 4 5"], [{ test: "c" }, "3 5"], [
      { test: "bc" },
      "2 3 4 5",
    ]],
  ],
  [
    "inc join into xor loop",
    `xor m
inclusive o
inclusive j
xor d
S inc=INCREMENT_INTEGER_VARIABLE
S w=WAIT_TEN_SECONDS
start -> m -> o
o -> w -> t1 -> j
o -[integerVariable==0]-> t2 -> j
j -> inc -> d
d -[integerVariable<2]-> m
d -/-> t3`,
    [[{ integerVariable: 0 }, "1 2 1 3"]],
  ],
  [
    "complex 2of3 then loop",
    `parallel f
complex c: start="activationCount>=2"
catch tm: timer=PT5S
start -> f -> t1 -> c
f -> t2 -> c
f -> tm -> t3 -> c
c -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "par gateway one in one out",
    `parallel f
start -> t1 -> f -> t2`,
    [[{}, "1 2"]],
  ],
  [
    "adhoc seq cancel by until",
    `adhoc A: ordering=Sequential until="integerVariable>=1"
  S i1=INCREMENT_INTEGER_VARIABLE_AND_LOG
  S i2=INCREMENT_INTEGER_VARIABLE_AND_LOG
start -> A -> t1`,
    [[{ integerVariable: 0 }, "I 1"]],
  ],
  [
    "cancel in mi par",
    `transaction T: parallel=2
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  S w=WAIT_TEN_SECONDS
  end e: cancel
  start s
  s -> u1 -> w -> e
boundary b on T: cancel
start -> T -> t2
b -> t3`,
    [[{}, "1 1 4 3"]],
  ],
  [
    "compensate in loop latest",
    `sub L: max=2
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  throw c: compensate=u1
  start s
  s -> u1 -> c
start -> L -> t2`,
    [[{}, "1 4 1 4 2"]],
  ],
  [
    "mi empty boundary",
    `sub S: parallel=0
  start s
  s -> t1
boundary b on S: timer=PT1S
start -> S -> t2
b -> t3`,
    [[{}, "2"]],
  ],
  [
    "mi seq card changes",
    `sub S: sequential="\${integerVariable}"
  S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG
  start s
  s -> inc
start -> S -> t2`,
    [[{ integerVariable: 2 }, "I I 2"]],
  ],
  [
    "loop before max",
    `S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG: while="integerVariable<5" max=3 before
start -> inc -> t2`,
    [[{ integerVariable: 0 }, "I I I 2"], [{ integerVariable: 4 }, "I 2"], [{ integerVariable: 5 }, "2"]],
  ],
];
