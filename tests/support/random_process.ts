/**
 * Random well-formed processes: nested blocks, each of which can be written as BPMN lines ({@link render}) and
 * foretold ({@link foretell}): which tasks complete, how often, and at which minute.
 */
import fc from "fast-check";

/** A part of a process with one entry and one exit. Times are minutes. */
export type Block =
  | { readonly kind: "task"; readonly type: "task" | "user" | "service" }
  | { readonly kind: "sequence" | "parallel"; readonly parts: readonly Block[] }
  | {
    readonly kind: "choice";
    readonly parts: readonly Block[];
    readonly taken: number;
    readonly byDefault: boolean;
  }
  | { readonly kind: "inclusive"; readonly parts: readonly Block[]; readonly taken: readonly boolean[] }
  | { readonly kind: "repeat"; readonly body: Block; readonly times: number }
  | { readonly kind: "wait"; readonly minutes: number }
  | {
    readonly kind: "race";
    readonly minutes: readonly [number, number];
    readonly parts: readonly [Block, Block];
  }
  | { readonly kind: "scope"; readonly body: Block; readonly loop?: Loop; readonly guards: readonly Guard[] }
  | { readonly kind: "fail"; readonly body: Block; readonly handler: Block }
  | { readonly kind: "terminate"; readonly body: Block; readonly minutes: number }
  | { readonly kind: "saga"; readonly count: number; readonly loop?: Loop }
  | { readonly kind: "call"; readonly body: Block }
  | { readonly kind: "link" }
  | { readonly kind: "quantity"; readonly count: number }
  | { readonly kind: "adhoc"; readonly parts: readonly Block[]; readonly ordering: "Sequential" | "Parallel" }
  | { readonly kind: "cancel"; readonly count: number; readonly minutes: number; readonly handler: Block }
  | { readonly kind: "discriminator"; readonly parts: readonly Block[] }
  | {
    /** A sub-process in which an event sub-process is triggered before the body goes on. */
    readonly kind: "aside";
    readonly by: "escalation" | "condition" | "signal" | "message";
    readonly interrupting: boolean;
    readonly handler: Block;
    readonly body: Block;
  }
  | {
    /** A receiver and a thrower side by side; `early`: what is thrown comes before anybody waits, and is kept. */
    readonly kind: "meet";
    readonly by: "signal" | "message" | "early message";
    readonly minutes: number;
  }
  /** An event gateway that waits for a signal, which comes after some minutes, and for a timer. */
  | {
    readonly kind: "contest";
    readonly minutes: readonly [signal: number, timer: number];
    readonly parts: readonly [Block, Block];
  };

interface Loop {
  readonly kind: "parallel" | "sequential" | "standard";
  readonly count: number;
}

/** A timer on a sub-process: at its boundary, or of an event sub-process inside. */
interface Guard {
  readonly at: "boundary" | "inside";
  readonly minutes: number;
  readonly interrupting: boolean;
  readonly handler: Block;
}

/** Arbitrary blocks. */
export function blocks(): fc.Arbitrary<Block> {
  const minutes = fc.integer({ min: 1, max: 500 });
  const count = fc.integer({ min: 0, max: 3 });
  const loop = fc.option(
    fc.record({
      kind: fc.constantFrom("parallel" as const, "sequential" as const, "standard" as const),
      count,
    }),
    { nil: undefined },
  );
  const task = fc.record({
    kind: fc.constant("task" as const),
    type: fc.constantFrom("task" as const, "user" as const, "service" as const),
  });
  const wait = fc.record({ kind: fc.constant("wait" as const), minutes });
  return fc.letrec<{ block: Block; guard: Guard }>((tie) => {
    const parts = fc.array(tie("block"), { minLength: 2, maxLength: 3 });
    return {
      guard: fc.record({
        at: fc.constantFrom("boundary" as const, "inside" as const),
        minutes,
        interrupting: fc.boolean(),
        handler: tie("block"),
      }),
      block: fc.oneof(
        { maxDepth: 4, depthSize: "large", withCrossShrink: true },
        task,
        wait,
        fc.record({ kind: fc.constantFrom("sequence" as const, "parallel" as const), parts }),
        fc.record({
          kind: fc.constant("choice" as const),
          parts,
          taken: fc.integer({ min: 0, max: 1 }),
          byDefault: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant("inclusive" as const),
          parts,
          taken: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant("repeat" as const),
          body: tie("block"),
          times: fc.integer({ min: 1, max: 3 }),
        }),
        fc.record({
          kind: fc.constant("race" as const),
          minutes: fc.tuple(minutes, minutes),
          parts: fc.tuple(tie("block"), tie("block")),
        }),
        fc.record({
          kind: fc.constant("scope" as const),
          body: tie("block"),
          loop,
          guards: fc.array(tie("guard"), { maxLength: 2 }),
        }),
        fc.record({ kind: fc.constant("fail" as const), body: tie("block"), handler: tie("block") }),
        fc.record({ kind: fc.constant("terminate" as const), body: tie("block"), minutes }),
        fc.record({ kind: fc.constant("saga" as const), count: fc.integer({ min: 1, max: 3 }), loop }),
        fc.record({ kind: fc.constant("call" as const), body: tie("block") }),
        fc.record({ kind: fc.constant("link" as const) }),
        fc.record({ kind: fc.constant("quantity" as const), count: fc.integer({ min: 1, max: 3 }) }),
        fc.record({
          kind: fc.constant("adhoc" as const),
          parts,
          ordering: fc.constantFrom("Sequential" as const, "Parallel" as const),
        }),
        fc.record({
          kind: fc.constant("cancel" as const),
          count: fc.integer({ min: 1, max: 3 }),
          minutes,
          handler: tie("block"),
        }),
        fc.record({ kind: fc.constant("discriminator" as const), parts }),
        fc.record({
          kind: fc.constant("aside" as const),
          by: fc.constantFrom(
            "escalation" as const,
            "condition" as const,
            "signal" as const,
            "message" as const,
          ),
          interrupting: fc.boolean(),
          handler: tie("block"),
          body: tie("block"),
        }),
        fc.record({
          kind: fc.constant("meet" as const),
          by: fc.constantFrom("signal" as const, "message" as const, "early message" as const),
          // A message that a model throws is kept for an hour.
          minutes: fc.integer({ min: 1, max: 50 }),
        }),
        fc.record({
          kind: fc.constant("contest" as const),
          minutes: fc.tuple(minutes, minutes),
          parts: fc.tuple(tie("block"), tie("block")),
        }),
      ),
    };
  }).block;
}

// ------------------------------------------------------------ writing

/** Numbers given while writing, by block: the tasks of a block are told apart by them. */
type Numbers = Map<Block, number>;

interface Writing {
  readonly numbers: Numbers;
  readonly processes: string[];
  next: number;
}

/** What a process must be started with: signals and messages are told apart by it, item by item. */
export const VARIABLES: Readonly<Record<string, unknown>> = { path: "p" };

/** A block as the lines of `p`, with the processes that it calls; `numbers` is for {@link foretell}. */
export function render(block: Block): { readonly text: string; readonly numbers: Numbers } {
  const writing: Writing = { numbers: new Map(), processes: [], next: 1 };
  writeProcess(writing, "p", block);
  return { text: writing.processes.join("\n"), numbers: writing.numbers };
}

function writeProcess(writing: Writing, id: string, body: Block): void {
  const lines = writeScope(writing, body, `${id}`);
  writing.processes.push([`process ${id}`, ...indent(lines)].join("\n"));
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** The lines of a scope: start, body, end. */
function writeScope(writing: Writing, body: Block, id: string, end = `end${id}`): string[] {
  const lines: string[] = [];
  const [first, last] = write(writing, body, lines);
  lines.push(`start${id} -> ${first}`, `${last} -> ${end}`);
  return lines;
}

/** @returns The block's first and last node. */
function write(writing: Writing, block: Block, lines: string[]): [first: string, last: string] {
  const n = writing.next++;
  writing.numbers.set(block, n);
  const branch = (part: Block, from: string, to: string, mark = "->") => {
    const [first, last] = write(writing, part, lines);
    lines.push(`${from} ${mark} ${first}`, `${last} -> ${to}`);
  };
  switch (block.kind) {
    case "task":
      lines.push(`${block.type} T${n}${block.type === "service" ? ": type=work" : ""}`);
      return [`T${n}`, `T${n}`];
    case "wait":
      lines.push(`catch w${n}: timer=PT${block.minutes}M`);
      return [`w${n}`, `w${n}`];
    case "sequence": {
      const ends = block.parts.map((part) => write(writing, part, lines));
      ends.slice(1).forEach(([first], i) => lines.push(`${ends[i][1]} -> ${first}`));
      return [ends[0][0], ends[ends.length - 1][1]];
    }
    case "parallel":
      lines.push(`parallel f${n}`, `parallel j${n}`);
      for (const part of block.parts) branch(part, `f${n}`, `j${n}`);
      return [`f${n}`, `j${n}`];
    case "choice":
      lines.push(`xor f${n}`, `xor j${n}`);
      block.parts.forEach((part, i) => {
        const taken = i === block.taken;
        branch(part, `f${n}`, `j${n}`, taken && block.byDefault ? "-/->" : `-[${taken}]->`);
      });
      return [`f${n}`, `j${n}`];
    case "inclusive":
      lines.push(`inclusive f${n}`, `inclusive j${n}`);
      block.parts.forEach((part, i) => {
        // The last branch is the default: something is always taken.
        const isDefault = i === block.parts.length - 1;
        branch(part, `f${n}`, `j${n}`, isDefault ? "-/->" : `-[${block.taken[i]}]->`);
      });
      return [`f${n}`, `j${n}`];
    case "repeat": {
      const inner: string[] = [];
      const [first, last] = write(writing, block.body, inner);
      lines.push(`sub S${n}`);
      lines.push(...indent([
        `<extensionElements><zeebe:ioMapping><zeebe:input source="=0" target="n${n}"/></zeebe:ioMapping></extensionElements>`,
        `xor m${n}`,
        `xor c${n}`,
        `script i${n}: feel="n${n} + 1" result=n${n}`,
        ...inner,
        `start${n} -> m${n} -> ${first}`,
        `${last} -> i${n} -> c${n}`,
        `c${n} -[n${n} < ${block.times}]-> m${n}`,
        `c${n} -/-> end${n}`,
      ]));
      return [`S${n}`, `S${n}`];
    }
    case "race":
      lines.push(`events f${n}`, `xor j${n}`);
      block.parts.forEach((part, i) => {
        lines.push(`catch w${n}x${i}: timer=PT${block.minutes[i]}M`, `f${n} -> w${n}x${i}`);
        branch(part, `w${n}x${i}`, `j${n}`);
      });
      return [`f${n}`, `j${n}`];
    case "scope":
      return writeGuarded(writing, block, n, lines);
    case "fail":
      lines.push(`xor j${n}`, `sub S${n}`);
      lines.push(...indent([`end e${n}: error=E${n}`, ...writeScope(writing, block.body, `${n}`, `e${n}`)]));
      lines.push(`boundary b${n} on S${n}: error=E${n}`, `S${n} -> j${n}`);
      branch(block.handler, `b${n}`, `j${n}`);
      return [`S${n}`, `j${n}`];
    case "terminate":
      lines.push(`sub S${n}`);
      lines.push(...indent([
        `parallel f${n}`,
        `catch w${n}: timer=PT${block.minutes}M`,
        `end t${n}: terminate`,
        ...writeScope(writing, block.body, `${n}`).map((line) =>
          line.startsWith(`start${n} ->`) ? line.replace(`start${n}`, `start${n} -> f${n}`) : line
        ),
        `f${n} -> w${n} -> t${n}`,
      ]));
      return [`S${n}`, `S${n}`];
    case "saga": {
      const ids = Array.from({ length: block.count }, (_, i) => `T${n}x${i}`);
      lines.push(`sub S${n}`);
      lines.push(...indent([
        `throw t${n}: compensate`,
        `sub I${n}${optionOf(block.loop)}`,
        ...indent([
          ...ids.map((id) => `task ${id}`),
          ...ids.map((id) => `undo task ${id}u of ${id}`),
          `startI${n} -> ${ids.join(" -> ")} -> endI${n}`,
        ]),
        `start${n} -> I${n} -> t${n} -> end${n}`,
      ]));
      return [`S${n}`, `S${n}`];
    }
    case "call":
      writeProcess(writing, `q${n}`, block.body);
      lines.push(`call C${n}: calls=q${n}`);
      return [`C${n}`, `C${n}`];
    case "link":
      lines.push(`throw l${n}: link=L${n}`, `catch c${n}: link=L${n}`);
      return [`l${n}`, `c${n}`];
    case "quantity":
      lines.push(
        `task T${n}: completionQuantity=${block.count}`,
        `task T${n}u: startQuantity=${block.count}`,
      );
      lines.push(`T${n} -> T${n}u`);
      return [`T${n}`, `T${n}u`];
    case "adhoc":
      lines.push(`adhoc A${n}: ordering=${block.ordering}`);
      block.parts.forEach((part, i) => {
        const inner = [`sub A${n}x${i}`, ...indent(writeScope(writing, part, `A${n}x${i}`))];
        lines.push(...indent(inner));
      });
      return [`A${n}`, `A${n}`];
    case "cancel": {
      const ids = Array.from({ length: block.count }, (_, i) => `T${n}x${i}`);
      lines.push(`transaction S${n}`);
      lines.push(...indent([
        ...ids.map((id) => `task ${id}`),
        ...ids.map((id) => `undo task ${id}u of ${id}`),
        `catch w${n}: timer=PT${block.minutes}M`,
        `end c${n}: cancel`,
        `start${n} -> ${ids.join(" -> ")} -> w${n} -> c${n}`,
      ]));
      lines.push(`boundary b${n} on S${n}: cancel`, `xor j${n}`, `S${n} -> j${n}`);
      branch(block.handler, `b${n}`, `j${n}`);
      return [`S${n}`, `j${n}`];
    }
    case "discriminator": {
      const inner = [`parallel f${n}`, `complex j${n}: start="activationCount>=1"`, `task T${n}`];
      for (const part of block.parts) {
        const [first, last] = write(writing, part, inner);
        inner.push(`f${n} -> ${first}`, `${last} -> j${n}`);
      }
      lines.push(`sub S${n}`, ...indent([...inner, `start${n} -> f${n}`, `j${n} -> T${n} -> end${n}`]));
      return [`S${n}`, `S${n}`];
    }
    case "aside": {
      const { by, interrupting, handler, body } = block;
      const inner: string[] = [];
      const [first, last] = write(writing, body, inner);
      const non = interrupting ? "" : " non";
      const trigger = by === "condition" ? `condition="v${n} > 0"` : `${eventOf(by, n)}`;
      // A message comes after the throw: the body waits for it.
      const wait = by === "message" ? `y${n} -> ` : "";
      if (wait) inner.push(`catch y${n}: timer=PT1M`);
      lines.push(`sub S${n}`);
      lines.push(...indent([
        // Local to this sub-process: other rounds and items have their own.
        `<extensionElements><zeebe:ioMapping><zeebe:input source="=0" target="v${n}"/></zeebe:ioMapping></extensionElements>`,
        by === "condition" ? `script t${n}: feel="1" result=v${n}` : `throw t${n}: ${eventOf(by, n)}`,
        `event H${n}`,
        ...indent([
          `start s${n}: ${trigger}${non}`,
          ...writeScope(writing, handler, `H${n}`).map((line) => line.replace(`startH${n}`, `s${n}`)),
        ]),
        ...inner,
        `start${n} -> t${n} -> ${wait}${first}`,
        `${last} -> end${n}`,
      ]));
      return by === "signal" || by === "message" ? apart(`S${n}`, n, lines) : [`S${n}`, `S${n}`];
    }
    case "meet": {
      const event = eventOf(block.by === "signal" ? "signal" : "message", n);
      const catches = block.by === "signal" ? `catch c${n}: ${event}` : `receive T${n}: ${event}`;
      const receiver = block.by === "signal" ? `c${n}` : `T${n}`;
      const [first, second] = block.by === "early message" ? [`t${n}`, receiver] : [receiver, `t${n}`];
      lines.push(
        `parallel f${n}`,
        `parallel j${n}`,
        catches,
        `throw t${n}: ${event}`,
        `catch w${n}: timer=PT${block.minutes}M`,
        `f${n} -> ${first} -> j${n}`,
        `f${n} -> w${n} -> ${second} -> j${n}`,
      );
      return apart(`j${n}`, n, lines, `f${n}`);
    }
    case "contest":
      lines.push(
        `parallel f${n}`,
        `parallel j${n}`,
        `catch a${n}: timer=PT${block.minutes[0]}M`,
        `throw t${n}: ${eventOf("signal", n)}`,
        `f${n} -> a${n} -> t${n} -> j${n}`,
        `events g${n}`,
        `xor x${n}`,
        `catch w${n}x0: ${eventOf("signal", n)}`,
        `catch w${n}x1: timer=PT${block.minutes[1]}M`,
        `f${n} -> g${n} -> w${n}x0, w${n}x1`,
        `x${n} -> j${n}`,
      );
      block.parts.forEach((part, i) => branch(part, `w${n}x${i}`, `x${n}`));
      return apart(`j${n}`, n, lines, `f${n}`);
  }
}

/** The option of an event: `path` differs from item to item, so that each hears its own. */
function eventOf(by: "escalation" | "signal" | "message", n: number): string {
  if (by === "escalation") return `escalation=E${n}`;
  return by === "signal" ? `signal=S${n}\${path}` : `message=M${n}@path`;
}

/** The next round begins later: what is still on its way at this minute is not for its receivers. */
function apart(last: string, n: number, lines: string[], first = last): [first: string, last: string] {
  lines.push(`catch z${n}: timer=PT1M`, `${last} -> z${n}`);
  return [first, `z${n}`];
}

function optionOf(loop: Loop | undefined): string {
  if (!loop) return "";
  return loop.kind === "standard" ? `: max=${loop.count}` : `: ${loop.kind}=${loop.count}`;
}

function writeGuarded(
  writing: Writing,
  block: Extract<Block, { kind: "scope" }>,
  n: number,
  lines: string[],
): [string, string] {
  const { loop, guards } = block;
  const option = !loop
    ? ""
    : loop.kind === "standard"
    ? `: max=${loop.count}`
    : `: ${loop.kind}=${loop.count}`;
  const inner = writeScope(writing, block.body, `${n}`);
  if (loop && loop.kind !== "standard") {
    inner.unshift(
      `<extensionElements><zeebe:ioMapping><zeebe:input source="=path + &quot;.&quot; + string(loopCounter)" target="path"/></zeebe:ioMapping></extensionElements>`,
    );
  }
  lines.push(`sub S${n}${option}`, `xor j${n}`, `S${n} -> j${n}`);
  guards.forEach(({ at, minutes, interrupting, handler }, i) => {
    const non = interrupting ? "" : " non";
    if (at === "inside") {
      inner.push(`event H${n}x${i}`);
      inner.push(...indent([
        `start s${n}x${i}: timer=PT${minutes}M${non}`,
        ...writeScope(writing, handler, `H${n}x${i}`).map((line) =>
          line.replace(`startH${n}x${i}`, `s${n}x${i}`)
        ),
      ]));
      return;
    }
    lines.push(`boundary b${n}x${i} on S${n}: timer=PT${minutes}M${non}`);
    const [first, last] = write(writing, handler, lines);
    lines.push(`b${n}x${i} -> ${first}`, `${last} -> ${interrupting ? `j${n}` : `endB${n}x${i}`}`);
  });
  lines.splice(lines.indexOf(`sub S${n}${option}`) + 1, 0, ...indent(inner));
  return [`S${n}`, `j${n}`];
}

// ------------------------------------------------------------ foretelling

/** Two things at the same minute, whose order the specification leaves open. */
export class Tie extends Error {}

interface Done {
  /** When the block's own token leaves it. */
  readonly end: number;
  /** Completed tasks: what and when. */
  readonly events: readonly (readonly [id: string, minute: number])[];
  /** When the last token ends that it has set going beside. */
  readonly sides: number;
}

const NONE = -Infinity;

/**
 * What completes and when, as sorted `id@minute`.
 *
 * @throws {Tie} If two events at one minute decide differently by their order.
 */
export function foretell(block: Block, numbers: Numbers): string[] {
  const tasks = run(block, 0, numbers).events.filter(([id]) => id.startsWith("T"));
  return tasks.map(([id, minute]) => `${id}@${minute}`).sort();
}

function run(block: Block, at: number, numbers: Numbers): Done {
  const n = numbers.get(block);
  const go = (part: Block, from: number) => run(part, from, numbers);
  switch (block.kind) {
    case "task":
      return { end: at, events: [[`T${n}`, at]], sides: NONE };
    case "wait":
      return { end: at + block.minutes, events: [], sides: NONE };
    case "sequence":
      return chain(block.parts.map((part) => (from: number) => go(part, from)), at);
    case "parallel":
      return together(block.parts.map((part) => go(part, at)));
    case "choice":
      return go(block.parts[block.taken], at);
    case "inclusive": {
      const taken = block.parts.filter((_, i) => i < block.parts.length - 1 && block.taken[i]);
      return together((taken.length ? taken : block.parts.slice(-1)).map((part) => go(part, at)));
    }
    case "repeat": {
      const rounds = Array.from({ length: block.times }, () => (from: number) => go(block.body, from));
      return closed(chain(rounds, at));
    }
    case "race": {
      const [a, b] = block.minutes;
      if (a === b) throw new Tie();
      const first = a < b ? 0 : 1;
      return go(block.parts[first], at + block.minutes[first]);
    }
    case "scope":
      return guarded(block, at, go);
    case "fail": {
      const body = go(block.body, at);
      if (body.sides !== NONE) throw new Tie();
      const handler = go(block.handler, body.end);
      return { ...handler, events: [...body.events, ...handler.events] };
    }
    case "terminate": {
      const end = at + block.minutes;
      return { end, events: cut(go(block.body, at).events, end), sides: NONE };
    }
    case "saga":
      return {
        end: at,
        events: Array.from(
          { length: block.loop?.count ?? 1 },
          () => Array.from({ length: block.count }, (_, i) => [`T${n}x${i}`, `T${n}x${i}u`]),
        ).flat(2)
          .map((id) => [id, at] as const),
        sides: NONE,
      };
    case "call":
      return closed(go(block.body, at));
    case "link":
      return { end: at, events: [], sides: NONE };
    case "quantity":
      return { end: at, events: [[`T${n}`, at], [`T${n}u`, at]], sides: NONE };
    case "adhoc":
      return closed(
        block.ordering === "Parallel"
          ? together(block.parts.map((part) => closed(go(part, at))))
          : chain(block.parts.map((part) => (from: number) => closed(go(part, from))), at),
      );
    case "cancel": {
      const end = at + block.minutes;
      const ids = Array.from({ length: block.count }, (_, i) => `T${n}x${i}`);
      const handler = go(block.handler, end);
      const undone = ids.flatMap((id) => [[id, at] as const, [`${id}u`, end] as const]);
      return { ...handler, events: [...undone, ...handler.events] };
    }
    case "discriminator": {
      const parts = block.parts.map((part) => go(part, at));
      const first = Math.min(...parts.map((part) => part.end));
      const all = together(parts);
      return closed({ ...all, events: [...all.events, [`T${n}`, first]] });
    }
    case "aside": {
      const handler = closed(go(block.handler, at));
      const sent = block.by === "signal" || block.by === "message" ? [thrown(n, at)] : [];
      const from = block.by === "message" ? at + 1 : at;
      const done = block.interrupting ? handler : closed(together([handler, go(block.body, from)]));
      return later({ ...done, events: [...sent, ...done.events] }, sent.length);
    }
    case "meet": {
      const end = at + block.minutes;
      const sent = thrown(n, block.by === "early message" ? at : end);
      const received = block.by === "signal" ? [] : [[`T${n}`, end] as const];
      return later({ end, events: [sent, ...received], sides: NONE }, 1);
    }
    case "contest": {
      const [signal, timer] = block.minutes;
      if (signal === timer) throw new Tie();
      const first = signal < timer ? 0 : 1;
      const part = go(block.parts[first], at + block.minutes[first]);
      const sender = { end: at + signal, events: [thrown(n, at + signal)], sides: NONE };
      return later(together([part, sender]), 1);
    }
  }
}

/** No task, but what a deadline at the same minute may or may not prevent. */
function thrown(n: number | undefined, minute: number): Done["events"][number] {
  return [`~${n}`, minute];
}

function later(done: Done, minutes: number): Done {
  return { ...done, end: done.end + minutes };
}

type Go = (part: Block, from: number) => Done;

function guarded(block: Extract<Block, { kind: "scope" }>, at: number, go: Go): Done {
  const item = (from: number) => inside(block, from, go);
  const { loop } = block;
  const items = Array.from({ length: loop?.count ?? 1 }, () => item);
  let done: Done = { end: at, events: [], sides: NONE };
  if (loop?.kind === "parallel") {
    if (items.length) done = together(items.map((each) => each(at)));
  } else done = chain(items, at);
  return byDeadline(block.guards.filter((guard) => guard.at === "boundary"), done, at, go);
}

/** One run through the scope, with its event sub-processes. */
function inside(block: Extract<Block, { kind: "scope" }>, at: number, go: Go): Done {
  const done = closed(go(block.body, at));
  const guards = block.guards.filter((guard) => guard.at === "inside");
  const after = byDeadline(guards, done, at, (part, from) => closed(go(part, from)));
  // What a handler does keeps the scope open.
  return closed(after);
}

/** Applies timers to what would happen without them, the earliest first. */
function byDeadline(guards: readonly Guard[], without: Done, at: number, go: Go): Done {
  const [first, second] = guards.toSorted((a, b) => a.minutes - b.minutes);
  if (second && first.minutes === second.minutes) throw new Tie();
  let done = without;
  for (const guard of [first, second]) {
    if (!guard) break;
    const deadline = at + guard.minutes;
    // Its own flow alone decides whether the timer is still armed.
    if (without.end === deadline) throw new Tie();
    if (without.end < deadline) break;
    const handler = go(guard.handler, deadline);
    if (guard.interrupting) {
      const inner = guard.at === "inside" ? done.events : without.events;
      const kept = cut(inner, deadline);
      const beside = guard.at === "inside" ? [] : done.events.slice(without.events.length);
      return {
        end: handler.end,
        events: [...kept, ...beside, ...handler.events],
        sides: Math.max(guard.at === "inside" ? NONE : done.sides, handler.sides),
      };
    }
    done = {
      end: done.end,
      events: [...done.events, ...handler.events],
      sides: Math.max(done.sides, handler.end, handler.sides),
    };
  }
  return done;
}

/** A scope is left when all in it has ended. */
function closed(done: Done): Done {
  return { end: Math.max(done.end, done.sides), events: done.events, sides: NONE };
}

function chain(parts: readonly ((from: number) => Done)[], at: number): Done {
  let [end, sides] = [at, NONE];
  const events: Done["events"][number][] = [];
  for (const part of parts) {
    const done = part(end);
    end = done.end;
    sides = Math.max(sides, done.sides);
    events.push(...done.events);
  }
  return { end, events, sides };
}

function together(parts: readonly Done[]): Done {
  return {
    end: Math.max(...parts.map((part) => part.end)),
    events: parts.flatMap((part) => part.events),
    sides: Math.max(...parts.map((part) => part.sides)),
  };
}

function cut(events: Done["events"], deadline: number): Done["events"] {
  if (events.some(([, minute]) => minute === deadline)) throw new Tie();
  return events.filter(([, minute]) => minute < deadline);
}
