/** Jobs that handlers outside the engine do. */
import { parseRetryPolicy } from "../../expression/mod.ts";
import type { FlowNode, JobSpec, RetryPolicy } from "../../model/types.ts";
import { priority, text } from "../evaluate.ts";
import { ModelError } from "../model_error.ts";
import type { Token } from "../state.ts";
import type { Work } from "../work.ts";

/**
 * Opens the job of a task or throw event; the token waits until it is completed.
 *
 * @param spec Absent: the job type is the element's id.
 */
export function openHandlerJob(w: Work, token: Token, node: FlowNode, spec: JobSpec | undefined): void {
  const type = (spec ? text(w, spec.type, token) : undefined) ?? node.id;
  if (type.toLowerCase().startsWith("baton:")) {
    throw new ModelError(
      "expression",
      `Cannot open a job of type "${type}": names that start with "baton:" are the engine's own`,
    );
  }
  const retry = retryPolicy(w, token, spec?.retry);
  openTokenJob(w, token, {
    type: type.toLowerCase(),
    retries: retry?.retries,
    retryDelaysMs: retry?.delaysMs,
    priority: priority(w, spec?.priority, token),
    payload: spec?.headers ? JSON.stringify({ headers: spec.headers }) : undefined,
  });
}

/** What differs between jobs. */
interface JobFields {
  readonly type: string;
  readonly retries?: number;
  readonly retryDelaysMs?: readonly number[];
  readonly priority?: number;
  readonly payload?: string;
}

/** Opens a job that the token waits for. */
export function openTokenJob(w: Work, token: Token, fields: JobFields): void {
  const id = w.newId();
  w.effects.openJobs.push({
    id,
    instanceId: w.instance.id,
    elementId: token.el,
    type: fields.type,
    class: w.jobClass,
    priority: fields.priority,
    dueAt: w.at,
    retries: fields.retries,
    retryDelaysMs: fields.retryDelaysMs,
    payload: fields.payload,
  });
  token.wait = "job";
  w.setJob(token, id);
}

function retryPolicy(w: Work, token: Token, retry: JobSpec["retry"]): RetryPolicy | undefined {
  if (!retry || "retries" in retry) return retry;
  const value = text(w, retry, token);
  if (value === undefined) return undefined;
  try {
    return parseRetryPolicy(value);
  } catch (error) {
    throw new ModelError("expression", `Cannot read the retries "${value}": ${(error as Error).message}`);
  }
}
