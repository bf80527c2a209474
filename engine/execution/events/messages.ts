/** Messages that the model throws (BPMN 2.0.2, 10.5.5.5): published by a job, for a receiver is another instance. */
import { parseDurationMs } from "../../expression/mod.ts";
import type { MessageEventDefinition } from "../../model/types.ts";
import { text } from "../evaluate.ts";
import { ModelError } from "../model_error.ts";
import { checkOutgoingName } from "../names.ts";
import type { Token } from "../state.ts";
import { checkOutgoing } from "../variable_sizes.ts";
import type { Work } from "../work.ts";

/** Publishes a message with the given payload. */
export function publishMessage(
  w: Work,
  token: Token,
  definition: MessageEventDefinition,
  variables: Readonly<Record<string, unknown>>,
): void {
  const ttl = text(w, definition.timeToLive, token);
  const name = text(w, definition.name, token) ?? "";
  const key = text(w, definition.key ?? definition.retrieval, token, variables);
  if (key === undefined && definition.key) {
    throw new ModelError(
      "expression",
      `Cannot publish message "${name}": its correlation key "${definition.key.text}" gives null`,
    );
  }
  const payload = {
    name,
    key: key ?? "",
    variables,
    timeToLiveMs: ttl === undefined ? undefined : durationMs(ttl),
    messageId: text(w, definition.messageId, token),
    targetProcess: definition.targetProcess,
  };
  // By the job that publishes it nobody could be told where it went wrong.
  checkOutgoingName("publish a message", "name", payload.name);
  checkOutgoingName("publish a message", "key", payload.key);
  checkOutgoingName("publish a message", "id", payload.messageId);
  const json = JSON.stringify(payload);
  checkOutgoing(`publish "${payload.name}"`, variables, json, w.context.maxVariablesBytes);
  w.openJob({ type: "baton:publish", class: 0, dueAt: w.at, payload: json });
}

function durationMs(value: string): number {
  try {
    return parseDurationMs(value);
  } catch (error) {
    throw new ModelError("timer", `Cannot read the time to live "${value}": ${(error as Error).message}`);
  }
}
