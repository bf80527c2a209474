/** Events in every position, and what may stand there and what not. */
import type { Case } from "./case.ts";

export const events: readonly Case[] = [
  // cancel
  [
    "cancel sub in tx",
    `transaction T
  sub N
    start sn
    end en: cancel
    sn -> t1 -> en
  start s
  s -> N -> t9
boundary b on T: cancel
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "cancel comp order",
    `transaction T
  script u1
    <script>SCRIPT_task1</script>
  script u2
    <script>SCRIPT_task2</script>
  undo script t4 of u1
  undo script t5 of u2
  start s
  end e: cancel
  s -> u1 -> u2 -> e
boundary b on T: cancel
start -> T -> t9 -> end
b -> t3 -> endb`,
    [[{}, "1 2 4 5 3"]],
  ],
  [
    "cancel no boundary",
    `transaction T
  start s
  end e: cancel
  s -> t1 -> e
start -> T -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "cancel outside",
    `sub T
  start s
  end e: cancel
  s -> t1 -> e
start -> T -> t2 -> end`,
    [[{}, "E"]],
  ],
  [
    "cancel boundary on sub",
    `sub T
  start s
  s -> t1
boundary b on T: cancel
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "E"]],
  ],
  [
    "cancel tx error nonboundary",
    `transaction T
  start s
  end e: error=X
  s -> t1 -> e
boundary b on T: cancel
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 X"]],
  ],
  [
    "tx nested cancel",
    `transaction T
  transaction U
    script u1
      <script>SCRIPT_task1</script>
    undo script t4 of u1
    start s
    end e: cancel
    s -> u1 -> e
  boundary bu on U: cancel
  start s2
  s2 -> U -> t8
  bu -> t5
boundary b on T: cancel
start -> T -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 4 5 2"]],
  ],
  // compensation
  [
    "comp throw end activityref",
    `script u1
  <script>SCRIPT_task1</script>
script u2
  <script>SCRIPT_task2</script>
undo script t4 of u1
undo script t5 of u2
end e: compensate=u1
start -> u1 -> u2 -> e`,
    [[{}, "1 2 4"]],
  ],
  [
    "comp throw all",
    `script u1
  <script>SCRIPT_task1</script>
script u2
  <script>SCRIPT_task2</script>
undo script t4 of u1
undo script t5 of u2
throw c: compensate
start -> u1 -> u2 -> c -> t6 -> end`,
    [[{}, "1 2 4 5 6"]],
  ],
  [
    "comp twice",
    `script u1
  <script>SCRIPT_task1</script>
undo script t4 of u1
throw c: compensate
throw d: compensate
start -> u1 -> c -> d -> t6 -> end`,
    [[{}, "1 4 6"]],
  ],
  [
    "comp before done",
    `script u1
  <script>SCRIPT_task1</script>
undo script t4 of u1
throw c: compensate
start -> c -> t6 -> u1 -> end`,
    [[{}, "6 1"]],
  ],
  [
    "comp loop",
    `script u1: max=3
  <script>SCRIPT_task1</script>
undo script t4 of u1
throw c: compensate
start -> u1 -> c -> t6 -> end`,
    [[{}, "1 1 1 4 4 4 6"]],
  ],
  [
    "comp sub default",
    `sub S
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  start s
  s -> u1
throw c: compensate=S
start -> S -> c -> t6 -> end`,
    [[{}, "1 4 6"]],
  ],
  [
    "comp sub boundary instead",
    `sub S
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  start s
  s -> u1
undo script t5 of S
throw c: compensate=S
start -> S -> c -> t6 -> end`,
    [[{}, "1 5 6"]],
  ],
  [
    "comp eventsub in sub",
    `sub S
  start s
  s -> t1
  event E
    start es: compensate
    es -> t4
throw c: compensate=S
start -> S -> c -> t6 -> end`,
    [[{}, "1 4 6"]],
  ],
  [
    "comp eventsub root",
    `event E
  start es: compensate
  es -> t4
throw c: compensate
start -> t1 -> c -> t6 -> end`,
    [[{}, "1 6"]],
  ],
  [
    "comp call activity",
    `process p
  call c: calls=q
  undo script t4 of c
  throw th: compensate
  start -> c -> th -> t6 -> end
process q
  startq -> t1 -> endq`,
    [[{}, "1 4 6"]],
  ],
  [
    "comp from eventsub error",
    `script u1
  <script>SCRIPT_task1</script>
undo script t4 of u1
event E
  start es: error=X
  throw c: compensate
  es -> c -> t5
end e: error=X
start -> u1 -> e`,
    [[{}, "1 4 5"]],
  ],
  [
    "comp handler sub",
    `script u1
  <script>SCRIPT_task1</script>
undo sub H of u1
  start hs
  hs -> t4 -> t5
throw c: compensate=u1
start -> u1 -> c -> t6 -> end`,
    [[{}, "1 4 5 6"]],
  ],
  [
    "comp ref unknown",
    `throw c: compensate=nothing
start -> t1 -> c -> end`,
    [[{}, "E"]],
  ],
  [
    "comp mi sub",
    `sub S: parallel=2
  script u1
    <script>SCRIPT_task1</script>
  undo script t4 of u1
  start s
  s -> u1
throw c: compensate=S
start -> S -> c -> t6 -> end`,
    [[{}, "1 1 4 4 6"]],
  ],
  [
    "comp nowait",
    `script u1
  <script>SCRIPT_task1</script>
undo script t4 of u1
throw c: compensate=u1 aside
start -> u1 -> c -> t6 -> end`,
    [[{}, "1 4 6"]],
  ],
  // conditional
  [
    "cond start eventsub int",
    `S inc=INCREMENT_INTEGER_VARIABLE
event E
  start es: condition="integerVariable>=1"
  es -> t2
start -> t1 -> inc -> t3 -> end`,
    [[{ integerVariable: 0 }, "1 2"]],
  ],
  [
    "cond boundary int",
    `sub S
  S inc=INCREMENT_INTEGER_VARIABLE
  S w=WAIT_TEN_SECONDS
  start s
  s -> inc -> w -> t1
boundary b on S: condition="integerVariable>=1"
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{ integerVariable: 0 }, "3"]],
  ],
  [
    "cond boundary non",
    `sub S
  S inc=INCREMENT_INTEGER_VARIABLE
  start s
  s -> inc -> t1
boundary b on S: condition="integerVariable>=1" non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{ integerVariable: 0 }, "1 2 3"]],
  ],
  [
    "cond catch",
    `parallel f
S inc=INCREMENT_INTEGER_VARIABLE
catch c: condition="integerVariable>=1"
start -> f -> c -> t1 -> end
f -> inc -> t2 -> end2`,
    [[{ integerVariable: 0 }, "1 2"]],
  ],
  [
    "cond catch never",
    `catch c: condition="integerVariable>=1"
start -> t1 -> c -> t2 -> end`,
    [[{ integerVariable: 0 }, "1"]],
  ],
  [
    "cond boundary true at arrival",
    `sub S
  S w=WAIT_TEN_SECONDS
  start s
  s -> w -> t1
boundary b on S: condition="integerVariable>=0"
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{ integerVariable: 0 }, "3"]],
  ],
  [
    "cond start",
    `process p
  start s: condition="integerVariable>0"
  s -> t1 -> end`,
    [[{ integerVariable: 0 }, ""], [{ integerVariable: 1 }, "1"]],
  ],
  // error
  [
    "err boundary catchall",
    `sub S
  start s
  end e: error=X
  s -> t1 -> e
boundary b on S: error
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 3"]],
  ],
  [
    "err specific first",
    `sub S
  start s
  end e: error=X
  s -> t1 -> e
boundary ball on S: error
boundary bx on S: error=X
start -> S -> t2 -> end
bx -> t3 -> endb
ball -> t4 -> endc`,
    [[{}, "1 3"]],
  ],
  [
    "err eventsub nested rethrow",
    `sub S
  event E
    start es: error=X
    end ee: error=X
    es -> t2 -> ee
  start s
  end e: error=X
  s -> t1 -> e
boundary b on S: error=X
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 2 4"]],
  ],
  [
    "err kills par",
    `sub S
  parallel f
  S w=WAIT_TEN_SECONDS
  catch tm: timer=PT1S
  start s
  end e: error=X
  s -> f -> w -> t1
  f -> tm -> t2 -> e
boundary b on S: error=X
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "2 4"]],
  ],
  [
    "err from call",
    `process p
  call c: calls=q
  boundary b on c: error=X
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  end eq: error=X
  startq -> t3 -> eq`,
    [[{}, "3 2"]],
  ],
  [
    "err from call uncaught",
    `process p
  call c: calls=q
  start -> c -> t1 -> end
process q
  end eq: error=X
  startq -> t3 -> eq`,
    [[{}, "3 X"]],
  ],
  [
    "err eventsub toplevel",
    `event E
  start es: error=X
  es -> t2
end e: error=X
start -> t1 -> e`,
    [[{}, "1 2"]],
  ],
  [
    "err nonint eventsub",
    `event E
  start es: error=X non
  es -> t2
end e: error=X
start -> t1 -> e`,
    [[{}, "E"]],
  ],
  [
    "err boundary nonint",
    `sub S
  start s
  end e: error=X
  s -> t1 -> e
boundary b on S: error=X non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "E"]],
  ],
  [
    "err throw intermediate",
    `throw e: error=X
start -> t1 -> e -> t2 -> end`,
    [[{}, "E"]],
  ],
  // escalation
  [
    "esc int throw bnd non",
    `sub S
  throw th: escalation=X
  start s
  s -> t1 -> th -> t2
boundary b on S: escalation=X non
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 2 3 4"]],
  ],
  [
    "esc int throw bnd int",
    `sub S
  throw th: escalation=X
  start s
  s -> t1 -> th -> t2
boundary b on S: escalation=X
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 4"]],
  ],
  [
    "esc eventsub int",
    `throw th: escalation=X
event E
  start es: escalation=X
  es -> t4
start -> t1 -> th -> t2 -> end`,
    [[{}, "1 4"]],
  ],
  [
    "esc eventsub non",
    `throw th: escalation=X
event E
  start es: escalation=X non
  es -> t4
start -> t1 -> th -> t2 -> end`,
    [[{}, "1 2 4"]],
  ],
  [
    "esc end sub eventsub in sub",
    `sub S
  event E
    start es: escalation=X
    es -> t4
  start s
  end e: escalation=X
  s -> t1 -> e
start -> S -> t2 -> end`,
    [[{}, "1 4 2"]],
  ],
  [
    "esc wrong code",
    `sub S
  throw th: escalation=X
  start s
  s -> t1 -> th -> t2
boundary b on S: escalation=Y
start -> S -> t3 -> end
b -> t4 -> endb`,
    [[{}, "1 2 3"]],
  ],
  [
    "esc uncaught end",
    `end e: escalation=X
start -> t1 -> e`,
    [[{}, "1"]],
  ],
  [
    "esc call int",
    `process p
  call c: calls=q
  boundary b on c: escalation=X
  start -> c -> t1 -> end
  b -> t2 -> endb
process q
  throw th: escalation=X
  startq -> t3 -> th -> t4 -> endq`,
    [[{}, "3 2"]],
  ],
  // link
  [
    "link two sources",
    `parallel f
throw l1: link=L
throw l2: link=L
catch c: link=L
start -> f -> t1 -> l1
f -> t2 -> l2
c -> t3 -> end`,
    [[{}, "1 2 3 3"]],
  ],
  [
    "link none",
    `throw l1: link=L
start -> t1 -> l1`,
    [[{}, "E"]],
  ],
  [
    "link two catch",
    `throw l1: link=L
catch c: link=L
catch d: link=L
start -> t1 -> l1
c -> t3 -> end
d -> t4 -> end2`,
    [[{}, "E"]],
  ],
  [
    "link in sub",
    `sub S
  throw l1: link=L
  catch c: link=L
  start s
  s -> t1 -> l1
  c -> t2
start -> S -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "link other level",
    `sub S
  throw l1: link=L
  start s
  s -> t1 -> l1
catch c: link=L
start -> S -> t3 -> end
c -> t2 -> end2`,
    [[{}, "E"]],
  ],
  // message
  [
    "msg eventsub non",
    `process p
  S w=WAIT_TEN_SECONDS
  event E
    start es: message=M non
    es -> t2
  start -> w -> t1 -> end
process q
  throw m: message=M
  startq -> m -> endq`,
    [[{}, "1"], [{}, "1 2", "q"]],
  ],
  [
    "msg boundary",
    `process p
  sub S
    S w=WAIT_TEN_SECONDS
    start s
    s -> w -> t9
  boundary b on S: message=M
  start -> S -> t1 -> end
  b -> t2 -> endb
process q
  throw m: message=M
  startq -> m -> endq`,
    [[{}, "9 1"], [{}, "2", "q"]],
  ],
  [
    "msg start",
    `process p
  throw m: message=M
  start -> t1 -> m -> t2 -> end
process q
  start s: message=M
  s -> t3 -> endq`,
    [[{}, "1 2 3"]],
  ],
  [
    "msg none and msg start",
    `process p
  start sm: message=M
  start s
  s -> t1 -> e
  sm -> t2 -> e
  end e`,
    [[{}, "1"]],
  ],
  // multiple
  [
    "multi boundary",
    `sub S
  throw th: signal=B
  S w=WAIT_TEN_SECONDS
  start s
  s -> th -> w -> t1
boundary b on S: signal=A signal=B timer=PT1H
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "3"]],
  ],
  [
    "multi boundary non",
    `sub S
  throw th: signal=B
  throw th2: signal=A
  S w=WAIT_TEN_SECONDS
  start s
  s -> th -> th2 -> w -> t1
boundary b on S: signal=A signal=B non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 2 3 3"]],
  ],
  [
    "multi par boundary",
    `sub S
  throw th: signal=B
  throw th2: signal=A
  S w=WAIT_TEN_SECONDS
  start s
  s -> th -> th2 -> w -> t1
boundary b on S: signal=A signal=B non allOf
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 2 3"]],
  ],
  [
    "multi par eventsub",
    `throw th: signal=B
throw th2: signal=A
event E
  start es: signal=A signal=B allOf
  es -> t3
S w=WAIT_TEN_SECONDS
start -> th -> t1 -> th2 -> w -> t2 -> end`,
    [[{}, "1 3"]],
  ],
  [
    "multi par missing",
    `throw th: signal=B
parallel f
catch c: signal=A signal=B allOf
start -> f -> th -> t1 -> end
f -> c -> t2 -> end2`,
    [[{}, "1"]],
  ],
  [
    "multi end",
    `process p
  end e
    <signalEventDefinition signalRef="signal_A"/><messageEventDefinition messageRef="message_M"/>
  start -> t1 -> e
process q
  start s: signal=A
  s -> t2 -> endq
process r
  start sr: message=M
  sr -> t3 -> endr`,
    [[{}, "1 2 3"]],
  ],
  [
    "multi end terminate",
    `parallel f
S w=WAIT_TEN_SECONDS
end e
  <escalationEventDefinition/><terminateEventDefinition/>
start -> f -> w -> t1 -> end
f -> t2 -> e`,
    [[{}, "2"]],
  ],
  // signal
  [
    "sig end eventsub",
    `sub S
  event E
    start es: signal=A
    es -> t2
  start s
  end e: signal=A
  s -> t1 -> e
start -> S -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "sig loop boundary",
    `sub S: max=2
  throw th: signal=A
  start s
  s -> t1 -> th
boundary b on S: signal=A non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 1 2 3 3"]],
  ],
  [
    "sig self boundary",
    `script t1
boundary b on t1: signal=A non
parallel f
throw th: signal=A
start -> f -> t1 -> t2 -> end
f -> th -> end2
b -> t3 -> endb`,
    [[{}, "1 2 3"]],
  ],
  // terminate
  [
    "term in sub",
    `sub S
  parallel f
  S w=WAIT_TEN_SECONDS
  end e: terminate
  start s
  s -> f -> w -> t1
  f -> t2 -> e
start -> S -> t3 -> end`,
    [[{}, "2 3"]],
  ],
  [
    "term in eventsub",
    `parallel f
event E
  start es: signal=A non
  end ee: terminate
  es -> t2 -> ee
throw th: signal=A
S w=WAIT_TEN_SECONDS
start -> th -> w -> t3 -> end`,
    [[{}, "2 3"]],
  ],
  [
    "term call",
    `process p
  call c: calls=q
  parallel f
  end e: terminate
  catch tm: timer=PT1S
  start -> f -> c -> t1 -> end
  f -> tm -> e
process q
  S w=WAIT_TEN_SECONDS
  startq -> t3 -> w -> t4 -> endq`,
    [[{}, "3"]],
  ],
  [
    "term mi",
    `sub S: sequential=3
  end e: terminate
  start s
  s -> t1 -> e
start -> S -> t3 -> end`,
    [[{}, "1 1 1 3"]],
  ],
  // timer
  [
    "timer boundary non cycle",
    `sub S
  S w=WAIT_TEN_SECONDS
  start s
  s -> w -> t1
boundary b on S: timer=R3/PT1S non
start -> S -> t2 -> end
b -> t3 -> endb`,
    [[{}, "1 2 3 3 3"]],
  ],
  [
    "timer eventsub int",
    `S w=WAIT_TEN_SECONDS
event E
  start es: timer=PT1S
  es -> t2
start -> w -> t1 -> end`,
    [[{}, "2"]],
  ],
  [
    "timer eventsub non",
    `S w=WAIT_TEN_SECONDS
event E
  start es: timer=PT1S non
  es -> t2
start -> w -> t1 -> end`,
    [[{}, "1 2"]],
  ],
  [
    "timer eventsub non cycle",
    `S w=WAIT_TEN_SECONDS
event E
  start es: timer=R2/PT3S non
  es -> t2
start -> w -> t1 -> end`,
    [[{}, "1 2 2"]],
  ],
  [
    "timer date past",
    `catch c: timer=2011-03-11T12:13:14Z
start -> c -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "timer cycle catch",
    `catch c: timer=R3/PT10S
start -> c -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "timer start",
    `start s: timer=PT1S
s -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "timer start cycle",
    `start s: timer=R3/PT5S
s -> t1 -> end`,
    [[{}, "1 1 1"]],
  ],
  [
    "timer bad",
    `catch c
  <timerEventDefinition><timeDuration>five minutes</timeDuration></timerEventDefinition>
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "timer two",
    `catch c
  <timerEventDefinition><timeDuration>PT1S</timeDuration><timeDate>2011-03-11T12:13:14Z</timeDate></timerEventDefinition>
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "timer none",
    `catch c
  <timerEventDefinition/>
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  // none
  [
    "none throw",
    `throw n
start -> n -> t1 -> end`,
    [[{}, "1"]],
  ],
  [
    "none boundary",
    `script t1
boundary b on t1
start -> t1 -> end
b -> t2 -> endb`,
    [[{}, "E"]],
  ],
  [
    "none catch",
    `catch c
start -> c -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "eventsub int then rest",
    `sub S
  throw th: signal=A
  event E
    start es: signal=A
    es -> t2
  start s
  s -> t1 -> th -> t4
start -> S -> t3 -> end`,
    [[{}, "1 2 3"]],
  ],
  [
    "eventsub two starts",
    `event E
  start es: signal=A
  start es2: signal=B
  es -> t2
  es2 -> t2
start -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "eventsub none start",
    `event E
  start es
  es -> t2
start -> t1 -> end`,
    [[{}, "E"]],
  ],
  [
    "eventsub with flow",
    `event E
  start es: signal=A
  es -> t2
start -> t1 -> E`,
    [[{}, "E"]],
  ],
  [
    "sub start with trigger",
    `sub S
  start s: signal=A
  s -> t1
start -> S -> t2 -> end`,
    [[{}, "E"]],
  ],
];
