/** Messages and signals from outside. */
import { command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { UsageError } from "../failure.ts";
import { count } from "../format.ts";
import { duration, nameAndValue, readVariables, type VariableOptions } from "../input.ts";
import { printable } from "../text.ts";

const VARIABLES = [
  { flags: "--vars <json>", description: "variables that it carries: a JSON object, @FILE, or @-" },
  {
    flags: "--var <name=value>",
    description: "one variable; may be repeated",
    parse: nameAndValue,
    repeat: true,
  },
];

interface PublishFlags extends VariableOptions {
  readonly key?: string;
  readonly ttl?: number;
  readonly messageId?: string;
  readonly exactly?: boolean;
  readonly instance?: string;
}

/** Publishes a message. */
export const publish = command<PublishFlags>({
  name: "publish",
  group: "Messages and signals:",
  summary: "publish a message to the instances that wait for it, or to start events",
  details:
    "With --ttl it waits for a receiver that comes later. With --exactly it must reach one receiver now, " +
    "else exit code 4.",
  arguments: [{ name: "<NAME>", description: "the message's name" }],
  options: [
    { flags: "--key <key>", description: "correlation key" },
    ...VARIABLES,
    {
      flags: "--ttl <time>",
      description: "how long it may wait: 30s, 5m, 2h, 7d (default: not at all)",
      parse: duration,
    },
    { flags: "--message-id <id>", description: "the same id again within its life is not delivered twice" },
    { flags: "--exactly", description: "deliver to exactly one receiver, now" },
    { flags: "--instance <id>", description: "with --exactly: only to this instance" },
  ],
  examples: [
    ["publish payment-received --key A-17 --var amount=12 --db kv:orders.kv", "to who waits now"],
    [
      "publish payment-received --key A-17 --ttl 1h --message-id pay-991 --db kv:orders.kv",
      "or within an hour, once",
    ],
  ],
  async run(session, [name], { key, ttl, messageId, exactly, instance, ...flags }) {
    const variables = await readVariables(session.terminal, flags);
    const common = { ...(key !== undefined && { key }), ...(variables !== undefined && { variables }) };
    if (exactly) {
      if (ttl !== undefined || messageId !== undefined) {
        throw new UsageError("Cannot use --ttl or --message-id with --exactly: nothing is kept");
      }
      const engine = await session.engine();
      const receiver = await engine.correlateMessage(name, {
        ...common,
        ...(instance !== undefined && { instanceId: instance }),
      });
      session.print(
        receiver,
        () => session.say(`Taken by instance ${receiver.instanceId}, at ${printable(receiver.elementId)}`),
      );
      return;
    }
    if (instance !== undefined) throw new UsageError("Cannot use --instance: it needs --exactly");
    const engine = await session.engine();
    const published = await engine.publishMessage(name, {
      ...common,
      ...(ttl !== undefined && { timeToLiveMs: ttl }),
      ...(messageId !== undefined && { messageId }),
    });
    session.print(published, () => {
      if (published.duplicate) session.say("Nothing was done: this message id is known");
      for (const { instanceId, elementId, started } of published.receivers) {
        session.say(`${started ? "Started" : "Taken by"} instance ${instanceId}, at ${printable(elementId)}`);
      }
      if (published.receivers.length === 0 && !published.duplicate) {
        session.say(ttl ? "Nobody waits for it yet: it is kept" : "Nobody waits for it: it is gone");
      }
    });
    return published.receivers.length === 0 && !published.duplicate && !ttl ? EXIT.failed : EXIT.ok;
  },
});

/** Broadcasts a signal. */
export const signal = command<VariableOptions>({
  name: "signal",
  group: "Messages and signals:",
  summary: "send a signal to all that wait for it, and to start events",
  details: "Workers deliver it in the background.",
  arguments: [{ name: "<NAME>", description: "the signal's name" }],
  options: VARIABLES,
  examples: [["signal prices-changed --var list=2027 --db kv:orders.kv", "tell everybody"]],
  async run(session, [name], flags) {
    const variables = await readVariables(session.terminal, flags);
    const engine = await session.engine();
    await engine.broadcastSignal(name, { ...(variables !== undefined && { variables }) });
    const carried = Object.keys(variables ?? {}).length;
    session.print(
      { signal: name },
      () => session.say(`Sent signal ${printable(name)} with ${count(carried, "variable")}`),
    );
  },
});
