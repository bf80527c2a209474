/** Control flow: the workflow patterns of van der Aalst (WCP), and gateways in every combination. */
import type { Case } from "./case.ts";

const abc = (f: (s: string) => string): Case[2] =>
  ["a", "b", "c", "ab", "ac", "bc", "abc"].map((s) => [{ test: s }, f(s)]);

export const flows: readonly Case[] = [
  // ---- workflow patterns
  ["WCP01", `start -> t1 -> t2 -> t3 -> end`, [[{}, "1 2 3"]]],
  [
    "WCP03",
    `parallel f
parallel j
start -> f -> t1, t2, t3 -> j -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "WCP04",
    `xor x
start -> x
x -[test.contains("a")]-> t1 -> end
x -[test.contains("b")]-> t2 -> end2
x -/-> t3 -> end3`,
    abc((s) => s.includes("a") ? "1" : s.includes("b") ? "2" : "3"),
  ],
  [
    "WCP04 implicit default",
    `start -> t9
t9 -[test.contains("a")]-> t1
t9 -[test.contains("b")]-> t2
t9 -/-> t3`,
    abc((s) => ["9", s.includes("a") ? "1" : "", s.includes("b") ? "2" : "", s === "c" ? "3" : ""].join(" ")),
  ],
  [
    "WCP07",
    `inclusive o
inclusive j
start -> o
o -[test.contains("a")]-> t1 -> j
o -[test.contains("b")]-> t2 -> j
o -[test.contains("c")]-> t3 -> j
j -> t4 -> end`,
    abc((s) => [...s].map((c) => "abc".indexOf(c) + 1).join(" ") + " 4"),
  ],
  [
    "WCP09 mi",
    `script t1: parallel=3 until="nrOfCompletedInstances==1"
start -> t1 -> t2 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "WCP10",
    `xor a
xor b
xor c
S inc=INCREMENT_INTEGER_VARIABLE
start -> a -> inc -> t1 -> b -[integerVariable==1]-> t2 -> a
b -/-> c -[integerVariable==2]-> t3 -> inc
c -/-> t4 -> end`,
    [[{ integerVariable: 0 }, "1 2 1 3 1 4"]],
  ],
  [
    "WCP12",
    `xor m
parallel f
xor d
S inc=INCREMENT_INTEGER_VARIABLE
start -> m -> inc -> f -> t1 -> end1
f -> d
d -[integerVariable<3]-> m
d -/-> t2 -> end2`,
    [[{ integerVariable: 0 }, "1 1 1 2"]],
  ],
  [
    "WCP18 milestone",
    `parallel f
events g
catch sig: signal=S
catch tm: timer=PT1S
throw th: signal=S
start -> f -> th -> t1 -> end1
f -> g -> sig -> t2 -> end2
g -> tm -> t3 -> end3`,
    [[{}, "1 2"]],
  ],
  [
    "WCP19 cancel task",
    `sub A
  start sa
  S w=WAIT_TEN_SECONDS
  sa -> w -> t1
boundary b on A: timer=PT1S
start -> A -> t2 -> end
b -> t3 -> endb`,
    [[{}, "3"]],
  ],
  [
    "WCP20 error",
    `parallel f
S w=WAIT_TEN_SECONDS
catch tm: timer=PT1S
end e: error=X
start -> f -> w -> t1 -> end1
f -> tm -> t2 -> e`,
    [[{}, "2 X"]],
  ],
  [
    "WCP20 terminate",
    `parallel f
catch tm: timer=PT1S
S w=WAIT_TEN_SECONDS
end e: terminate
start -> f -> w -> t1 -> end1
f -> tm -> t2 -> e`,
    [[{}, "2"]],
  ],
  [
    "WCP21 while",
    `S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG: while="integerVariable<3" before
start -> inc -> t1 -> end`,
    [[{ integerVariable: 0 }, "I I I 1"], [{ integerVariable: 3 }, "1"]],
  ],
  [
    "WCP21 xor",
    `xor m
xor d
S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG
start -> m -> inc -> d -[integerVariable<3]-> m
d -/-> t1 -> end`,
    [[{ integerVariable: 0 }, "I I I 1"], [{ integerVariable: 9 }, "I 1"]],
  ],
  [
    "WCP23 transient lost",
    `parallel f
throw th: signal=S
catch c: signal=S
S w=WAIT_TEN_SECONDS
start -> f -> th -> t1 -> end1
f -> w -> c -> t2 -> end2`,
    [[{}, "1"]],
  ],
  [
    "WCP24 persistent",
    `process p
  throw th: message=M
  start -> th -> t1 -> end1
process q
  S w=WAIT_TEN_SECONDS
  catch c: message=M
  startq -> w -> c -> t2 -> end2`,
    [[{}, "1 2", "q"]],
  ],
  [
    "WCP25 cancel region",
    `parallel f
parallel j
sub A
  start sa
  S w1=WAIT_TEN_SECONDS
  S w2=WAIT_TEN_SECONDS
  parallel ff
  sa -> ff -> w1 -> t1
  ff -> w2 -> t2
throw th: signal=S
boundary b on A: signal=S
xor m
start -> f -> A -> t3 -> m
f -> t4 -> th -> j
b -> t5 -> m -> j -> t6 -> end`,
    [[{}, "4 5 6"]],
  ],
  [
    "WCP26 cancel mi",
    `sub A: parallel=3
  start sa
  S w=WAIT_TEN_SECONDS
  sa -> w -> t1
boundary b on A: timer=PT1S
start -> A -> t2 -> end
b -> t3 -> endb`,
    [[{}, "3"]],
  ],
  [
    "WCP28 blocking disc",
    `parallel f
complex j: start="activationCount>=1"
catch tm: timer=PT1S
start -> f -> t1 -> j
f -> t2 -> tm -> j
j -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "WCP29 cancel disc",
    `sub A
  start sa
  parallel f
  S w=WAIT_TEN_SECONDS
  end et: terminate
  xor j
  sa -> f -> t1 -> j
  f -> w -> t2 -> j
  j -> et
start -> A -> t3 -> end`,
    [[{}, "1 3"]],
  ],
  [
    "WCP30 partial join",
    `parallel f
complex j: start="activationCount>=2"
catch tm: timer=PT1S
start -> f -> t1 -> j
f -> t2 -> j
f -> tm -> t3 -> j
j -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "WCP30 partial join notenough",
    `inclusive f
complex j: start="activationCount>=2"
start -> f
f -[test.contains("a")]-> t1 -> j
f -[test.contains("b")]-> t2 -> j
f -[test.contains("c")]-> t3 -> j
j -> t4 -> end`,
    abc((s) => [...s].map((c) => "abc".indexOf(c) + 1).join(" ") + (s.length > 1 ? " 4" : "")),
  ],
  [
    "WCP30 three of three",
    `parallel f
complex j: start="activationCount==3"
start -> f -> t1, t2, t3 -> j -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "WCP33 gand",
    `parallel f
parallel f2
parallel f3
parallel j
start -> f -> f2, f3
f2 -> t1, t1b -> j
f3 -> t2, t2b -> j
j -> t3 -> end`,
    [[{}, "1 1 2 2 3"]],
  ],
  [
    "WCP34 static partial mi",
    `sub A: sequential=4 until="nrOfCompletedInstances==2"
  start sa
  sa -> t1
start -> A -> t2 -> end`,
    [[{}, "1 1 2"]],
  ],
  [
    "WCP36",
    `S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG: sequential=5 until="integerVariable>=3"
start -> inc -> t2 -> end`,
    [[{ integerVariable: 0 }, "I I I 2"]],
  ],
  [
    "WCP37 acyclic",
    `inclusive o
inclusive j
parallel f
start -> o
o -[test.contains("a")]-> f -> t1 -> j
f -> t2 -> end2
o -[test.contains("b")]-> t3 -> j
o -/-> t5 -> j
j -> t4 -> end`,
    [[{ test: "a" }, "1 2 4"], [{ test: "ab" }, "1 2 3 4"], [{ test: "c" }, "5 4"]],
  ],
  [
    "WCP38 loop",
    `xor m
inclusive o
inclusive j
xor d
S inc=INCREMENT_INTEGER_VARIABLE
start -> m -> inc -> o
o -> t1 -> j
o -> t2 -> j
j -> d -[integerVariable<2]-> m
d -/-> t3 -> end`,
    [[{ integerVariable: 0 }, "1 2 1 2 3"]],
  ],
  [
    "WCP39 critical",
    `parallel f
parallel j
adhoc A: ordering=Sequential
  sub A1
    S a=CREATE_TIMESTAMP_LOG_1
    sA1 -> a -> t1
    start sA1
  sub A2
    S b=CREATE_TIMESTAMP_LOG_2
    start sA2
    sA2 -> b -> t2
start -> A -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "WCP41 thread merge",
    `parallel f
script t3: startQuantity=3
script t1: completionQuantity=3
start -> t1 -> t2 -> t3 -> t4 -> end`,
    [[{}, "1 2 2 2 3 4"]],
  ],
  [
    "WCP43 explicit",
    `parallel f
end et: terminate
catch tm: timer=PT1H
start -> f -> t1 -> et
f -> tm -> t2 -> end`,
    [[{}, "1"]],
  ],
  // ---- gateways
  [
    "par mixed",
    `parallel f
parallel m
parallel j
start -> f -> t1, t2 -> m -> t3, t4 -> j -> t5 -> end`,
    [[{}, "1 2 3 4 5"]],
  ],
  [
    "inc mixed",
    `inclusive o
inclusive m
inclusive j
start -> o
o -[test.contains("a")]-> t1 -> m
o -[test.contains("b")]-> t2 -> m
o -/-> t6 -> m
m -[test.contains("a")]-> t3 -> j
m -[test.contains("c")]-> t4 -> j
m -/-> t7 -> j
j -> t5 -> end`,
    abc((s) =>
      [
        s.includes("a") ? 1 : "",
        s.includes("b") ? 2 : "",
        s === "c" ? 6 : "",
        s.includes("a") ? 3 : "",
        s.includes("c") ? 4 : "",
        s === "b" ? 7 : "",
        5,
      ].join(" ")
    ),
  ],
  [
    "complex mixed",
    `parallel f
complex m: start="activationCount>=2"
complex j
start -> f -> t1, t2 -> m
m -[test.contains("a")]-> t3 -> end1
m -[test.contains("b")]-> t4 -> end2
m -/-> t5 -> end3`,
    abc((s) => ["1 2", s.includes("a") ? 3 : "", s.includes("b") ? 4 : "", s === "c" ? 5 : ""].join(" ")),
  ],
  [
    "complex reset flow",
    `parallel f
complex m: start="activationCount>=1"
catch tm: timer=PT1S
start -> f -> t1 -> m
f -> tm -> t2 -> m
m -[waitingForStart]-> t3 -> end1
m -[!waitingForStart]-> t4 -> end2`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "complex nothing",
    `complex m
start -> m
m -[test.contains("a")]-> t1
m -[test.contains("b")]-> t2`,
    [[{ test: "a" }, "1"], [{ test: "c" }, "R"]],
  ],
  [
    "complex cond or",
    `parallel f
complex m: start="activationCount>=2 or integerVariable>0"
start -> f -> t1, t2, t4 -> m -> t3 -> end`,
    [[{ integerVariable: 1 }, "1 2 4 3"], [{ integerVariable: 0 }, "1 2 4 3"]],
  ],
  [
    "xor div inc conv",
    `xor x
inclusive j
start -> x
x -[test.contains("a")]-> t1 -> j
x -[test.contains("b")]-> t2 -> j
x -/-> t5 -> j
j -> t3 -> end`,
    abc((s) => (s.includes("a") ? "1" : s.includes("b") ? "2" : "5") + " 3"),
  ],
  [
    "inc div xor conv",
    `inclusive o
xor j
start -> o
o -[test.contains("a")]-> t1 -> j
o -[test.contains("b")]-> t2 -> j
o -/-> t5 -> j
j -> t3 -> end`,
    abc((s) =>
      [s.includes("a") ? "1 3" : "", s.includes("b") ? "2 3" : "", s === "c" ? "5 3" : ""].join(" ")
    ),
  ],
  [
    "par div complex conv",
    `parallel f
complex j
start -> f -> t1, t2, t3 -> j -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "xor div par conv",
    `xor x
parallel j
start -> x
x -[test.contains("a")]-> t1 -> j
x -[test.contains("b")]-> t2 -> j
j -> t3 -> end`,
    [[{ test: "a" }, "1"], [{ test: "c" }, "R"]],
  ],
  [
    "inc mixed uncond",
    `inclusive o
start -> o
o -> t1
o -[test.contains("b")]-> t2
o -/-> t3`,
    [[{ test: "a" }, "1 3"], [{ test: "b" }, "1 2"]],
  ],
  [
    "xor uncond first",
    `xor x
start -> x
x -> t1
x -[test.contains("a")]-> t2`,
    [[{ test: "a" }, "1"]],
  ],
  [
    "ev inst signal",
    `process p
  throw a: signal=A
  start -> a -> t3 -> end
process q
  events g: instantiate
  catch ca: signal=A
  catch cb: signal=B
  g -> ca -> t1 -> enda
  g -> cb -> t2 -> endb`,
    [[{}, "3 1"]],
  ],
  [
    "ev inst par msg",
    `process p
  throw a: message=A
  throw b: message=B
  start -> a -> b -> t3 -> end
process q
  events g: instantiate eventGatewayType=Parallel
  parallel j
  catch ca: message=A
  catch cb: message=B
  g -> ca -> t1 -> j
  g -> cb -> t2 -> j -> t4 -> enda`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "ev inst par sig",
    `process p
  throw a: signal=A
  throw b: signal=B
  start -> a -> b -> t3 -> end
process q
  events g: instantiate eventGatewayType=Parallel
  parallel j
  catch ca: signal=A
  catch cb: signal=B
  g -> ca -> t1 -> j
  g -> cb -> t2 -> j -> t4 -> enda`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "ev inst par sig multi",
    `process p
  throw ab
    <signalEventDefinition signalRef="signal_A"/><signalEventDefinition signalRef="signal_B"/>
  start -> ab -> t3 -> end
process q
  events g: instantiate eventGatewayType=Parallel
  parallel j
  catch ca: signal=A
  catch cb: signal=B
  g -> ca -> t1 -> j
  g -> cb -> t2 -> j -> t4 -> enda`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "par multi start",
    `process p
  throw a: signal=A
  throw b: signal=B
  start -> a -> b -> t3 -> end
process q
  start s: signal=A signal=B allOf
  s -> t1 -> enda`,
    [[{}, "1 3"]],
  ],
  [
    "multi start",
    `process p
  throw a: signal=A
  throw b: signal=B
  start -> a -> b -> t3 -> end
process q
  start s: signal=A signal=B
  s -> t1 -> enda`,
    [[{}, "1 1 3"]],
  ],
  [
    "ev cond timer",
    `events g
catch c: condition="integerVariable>0"
catch tm: timer=PT1S
start -> g -> c -> t1 -> enda
g -> tm -> t2 -> endb`,
    [[{ integerVariable: 1 }, "1"], [{ integerVariable: 0 }, "2"]],
  ],
  [
    "ev receive",
    `process p
  events g
  receive r: message=M
  catch tm: timer=PT1S
  start -> g -> r -> t1 -> enda
  g -> tm -> t2 -> endb
process q
  send m: message=M
  startq -> m -> endq`,
    [[{}, "1", "q"], [{}, "2"]],
  ],
  [
    "inc join over sub",
    `parallel f
inclusive j
sub A
  start sa
  S w=WAIT_TEN_SECONDS
  sa -> w -> t1
start -> f -> A -> j
f -> t2 -> j -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "inc join dead branch",
    `parallel f
inclusive j
xor x
start -> f -> t1 -> j
f -> t2 -> x
x -[test.contains("a")]-> j
x -/-> t4 -> end2
j -> t3 -> end`,
    [[{ test: "a" }, "1 2 3"], [{ test: "b" }, "1 2 4 3"]],
  ],
  [
    "inc join boundary",
    `parallel f
inclusive j
sub A
  start sa
  S w=WAIT_TEN_SECONDS
  sa -> w -> t1
boundary b on A: timer=PT1S
start -> f -> A -> t5 -> end5
b -> t6 -> j
f -> t2 -> j -> t3 -> end`,
    [[{}, "2 6 3"]],
  ],
  [
    "inc join two tokens one flow",
    `parallel f
xor m
inclusive j
start -> f -> t1, t2 -> m -> t3 -> j
f -> t4 -> j -> t5 -> end`,
    [[{}, "1 2 3 3 4 5 5"]],
  ],
  [
    "par join two tokens one flow",
    `parallel f
xor m
parallel j
start -> f -> t1, t2 -> m -> t3 -> j
f -> t4 -> j -> t5 -> end`,
    [[{}, "1 2 3 3 4 5"]],
  ],
];
