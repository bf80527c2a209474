/** Activities: tasks, calls, loops, multi-instance, quantities, ad-hoc sub-processes, transactions. */
import type { Case } from "./case.ts";

export const activities: readonly Case[] = [
  [
    "tasks pass",
    `task a
manual b
start -> a -> b -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "sub no start two heads",
    `sub S
  t1 -> t3
  t2 -> t3
start -> S -> t4 -> end`,
    [[{}, "1 2 3 3 4"]],
  ],
  [
    "call twice",
    `process p
  call c1: calls=q
  call c2: calls=q
  start -> c1 -> c2 -> t2 -> end
process q
  startq -> t1 -> endq`,
    [[{}, "1 1 2"]],
  ],
  [
    "call nested",
    `process p
  call c1: calls=q
  start -> c1 -> t3 -> end
process q
  call c2: calls=r
  startq -> c2 -> t2 -> endq
process r
  startr -> t1 -> endr`,
    [[{}, "1 2 3"]],
  ],
  [
    "call missing",
    `call c: calls=nothing
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "recursion",
    `process p
  xor x
  xor y
  S inc=INCREMENT_INTEGER_VARIABLE
  call c: calls=p
  start -> inc -> t1 -> x
  x -[integerVariable<3]-> c -> y
  x -/-> y -> t2 -> end`,
    [[{ integerVariable: 0 }, "1 1 1 2 2 2"]],
  ],
  [
    "loop call",
    `process p
  call c: calls=q max=2
  start -> c -> t2 -> end
process q
  startq -> t1 -> endq`,
    [[{}, "1 1 2"]],
  ],
  [
    "loop transaction",
    `transaction T: max=3
  s1 -> t1 -> e1
  start s1
  end e1
start -> T -> t2 -> end`,
    [[{}, "1 1 1 2"]],
  ],
  [
    "loop cond and max",
    `S inc=INCREMENT_INTEGER_VARIABLE_AND_LOG: while="integerVariable<10" max=2
start -> inc -> t1 -> end`,
    [[{ integerVariable: 0 }, "I I 1"]],
  ],
  [
    "loop max zero",
    `script t1: max=0
start -> t1 -> t2 -> end`,
    [[{}, "2"]],
  ],
  [
    "loop before false",
    `script t1: while="false" before
start -> t1 -> t2 -> end`,
    [[{}, "2"]],
  ],
  [
    "loop neg",
    `script t1: max=-1
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "loop str",
    `script t1: max=abc
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "loop float",
    `script t1: max=1.5
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "loop none",
    `script t1
  <standardLoopCharacteristics/>
start -> t1 -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "mi zero",
    `script t1: parallel=0
start -> t1 -> t2 -> end`,
    [[{}, "2"]],
  ],
  [
    "mi neg expr",
    `script t1: parallel="\${integerVariable}"
start -> t1 -> t2 -> end`,
    [[{ integerVariable: -1 }, "E"], [{ integerVariable: 2 }, "1 1 2"], [{ integerVariable: 0 }, "2"], [{
      integerVariable: 1.5,
    }, "E"], [{}, "E"]],
  ],
  [
    "mi until",
    `script t1: sequential=5 until="nrOfCompletedInstances>=2"
start -> t1 -> t2 -> end`,
    [[{}, "1 1 2"]],
  ],
  [
    "mi until dollar",
    `script t1: sequential=5 until="\${nrOfCompletedInstances == 1}"
start -> t1 -> t2 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "mi par until wait",
    `sub S: parallel=3 until="nrOfCompletedInstances>=1"
  S w=WAIT_TEN_SECONDS
  start s1
  s1 -> w -> t1
start -> S -> t2 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "mi seq no overlap",
    `sub S: sequential=2
  S w=CREATE_TIMESTAMP_LOG_1
  start s1
  s1 -> w -> t1
start -> S -> t2 -> end`,
    [[{}, "1 1 2"]],
  ],
  [
    "mi par overlap",
    `sub S: parallel=2
  S w=CREATE_TIMESTAMP_LOG_1
  start s1
  s1 -> w -> t1
start -> S -> t2 -> end`,
    [[{}, "1 1 2 P"]],
  ],
  [
    "fork overlap",
    `parallel f
parallel j
S a=CREATE_TIMESTAMP_LOG_1
S b=CREATE_TIMESTAMP_LOG_2
start -> f -> a, b -> j -> t1 -> end`,
    [[{}, "P 1"]],
  ],
  [
    "mi none behavior",
    `process p
  script t1
    <multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="sd"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
  boundary b on t1: signal=sig non
  start -> t1 -> t2 -> end
  b -> t3 -> endb
<signalEventDefinition id="sd" signalRef="signal_sig"/>`,
    [[{}, "1 1 1 2 3 3 3"]],
  ],
  [
    "mi one behavior",
    `process p
  script t1
    <multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="sd"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
  boundary b on t1: signal=sig non
  start -> t1 -> t2 -> end
  b -> t3 -> endb
<signalEventDefinition id="sd" signalRef="signal_sig"/>`,
    [[{}, "1 1 1 2 3"]],
  ],
  [
    "mi one interrupt seq",
    `process p
  script t1
    <multiInstanceLoopCharacteristics isSequential="true" behavior="One" oneBehaviorEventRef="sd"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
  boundary b on t1: signal=sig
  start -> t1 -> t2 -> end
  b -> t3 -> endb
<signalEventDefinition id="sd" signalRef="signal_sig"/>`,
    [[{}, "1 3"]],
  ],
  [
    "mi complex behavior",
    `process p
  script t1
    <multiInstanceLoopCharacteristics isSequential="true" behavior="Complex"><loopCardinality>3</loopCardinality><complexBehaviorDefinition id="cb"><condition xsi:type="tFormalExpression">nrOfCompletedInstances==2</condition><event id="ie"><signalEventDefinition id="isd" signalRef="signal_sig"/></event></complexBehaviorDefinition></multiInstanceLoopCharacteristics>
  boundary b on t1: signal=sig non
  start -> t1 -> t2 -> end
  b -> t3 -> endb`,
    [[{}, "1 1 1 2 3"]],
  ],
  [
    "startq short",
    `script t2: startQuantity=2
start -> t1 -> t2 -> end`,
    [[{}, "1"]],
  ],
  [
    "startq fork",
    `parallel f
script t3: startQuantity=2
start -> f -> t1, t2 -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "startq two flows",
    `script t3: startQuantity=2
start -> t1 -> t3
t1 -> t3 -> t4 -> end`,
    [[{}, "1 3 4"]],
  ],
  [
    "startq left",
    `parallel f
script t3: startQuantity=2
start -> f -> t1, t2, t4 -> t3 -> end`,
    [[{}, "1 2 4 3"]],
  ],
  [
    "compl two flows",
    `script t1: completionQuantity=2
start -> t1 -> t2, t3 -> end`,
    [[{}, "1 2 2 3 3"]],
  ],
  [
    "compl par join",
    `script t1: completionQuantity=2
parallel j
start -> t1 -> j
t1 -> j -> t2 -> end`,
    [[{}, "1 2 2"]],
  ],
  [
    "quant neg",
    `script t1: completionQuantity=-1
start -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "quant str",
    `script t1: startQuantity=x
start -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "compl sub",
    `sub S: completionQuantity=2
  start s
  s -> t1
start -> S -> t2 -> end`,
    [[{}, "1 2 2"]],
  ],
  [
    "compl startq",
    `script t1: completionQuantity=4
script t2: startQuantity=2
start -> t1 -> t2 -> t3 -> end`,
    [[{}, "1 2 2 3 3"]],
  ],
  [
    "receive inst two",
    `process p
  start -> send -> t2 -> end
  send send: message=M
process q
  receive r: message=M instantiate
  r -> t1 -> endq`,
    [[{}, "1 2"]],
  ],
  [
    "receive later",
    `process p
  send send: message=M
  start -> t1 -> send -> end
process q
  receive r: message=M
  startq -> r -> t2 -> endq`,
    [[{}, "1 2", "q"]],
  ],
  [
    "adhoc par",
    `adhoc A
  t1 -> t2
  S m=SCRIPT_task3
start -> A -> t4 -> end`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "adhoc seq chain",
    `adhoc A: ordering=Sequential
  S a=CREATE_TIMESTAMP_LOG_1
  S b=CREATE_TIMESTAMP_LOG_2
start -> A -> t4 -> end`,
    [[{}, "4"]],
  ],
  [
    "adhoc par overlap",
    `adhoc A: ordering=Parallel
  S a=CREATE_TIMESTAMP_LOG_1
  S b=CREATE_TIMESTAMP_LOG_2
start -> A -> t4 -> end`,
    [[{}, "4 P"]],
  ],
  [
    "adhoc until cancel",
    `adhoc A: until="integerVariable>=1"
  S w=WAIT_TEN_SECONDS
  S inc=INCREMENT_INTEGER_VARIABLE
  w -> t1
  inc -> t2
start -> A -> t4 -> end`,
    [[{ integerVariable: 0 }, "4"]],
  ],
  [
    "adhoc until keep",
    `adhoc A: until="integerVariable>=1" cancelRemainingInstances=false
  S w=WAIT_TEN_SECONDS
  S inc=INCREMENT_INTEGER_VARIABLE
  w -> t1
start -> A -> t4 -> end`,
    [[{ integerVariable: 0 }, "1 4"]],
  ],
  [
    "adhoc empty",
    `adhoc A
start -> A -> t4 -> end`,
    [[{}, "4"]],
  ],
  [
    "transaction error",
    `transaction T
  script u1
    <script>SCRIPT_task1</script>
  start s
  end e: error=ERR_CODE
  s -> u1 -> e
  undo script t5 of u1
boundary b on T: error=ERR_CODE
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "comp not normal",
    `script t5: isForCompensation=true
start -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "throw error caught task",
    `S x=THROW_ERROR
boundary b on x: error=ERR_CODE
start -> x -> t1 -> end
b -> t2 -> endb`,
    [[{}, "2"]],
  ],
  [
    "throw error wrong",
    `S x=THROW_ERROR
boundary b on x: error=OTHER
start -> x -> t1 -> end
b -> t2 -> endb`,
    [[{}, "R"]],
  ],
  [
    "throw error uncaught",
    `S x=THROW_ERROR
start -> x -> t1 -> end`,
    [[{}, "R"]],
  ],
  [
    "throw error call",
    `process p
  call c: calls=q
  boundary b on c: error=ERR_CODE
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  S x=THROW_ERROR
  startq -> x -> t3 -> endq`,
    [[{}, "2"]],
  ],
  [
    "throw error mi",
    `sub S: parallel=3
  S x=THROW_ERROR
  start s
  s -> x -> t1
boundary b on S: error=ERR_CODE
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "3"]],
  ],
  [
    "throw error eventsub",
    `S x=THROW_ERROR
event E
  start s: error=ERR_CODE
  s -> t2 -> e2
  end e2
start -> x -> t1 -> end`,
    [[{}, "2"]],
  ],
  [
    "two none starts",
    `start s1
start s2
s1 -> t1 -> end
s2 -> t2 -> end`,
    [[{}, "R"]],
  ],
];
