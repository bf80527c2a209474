/** How a script can fail. */

/** The script threw, is no JavaScript, or gave a value that JSON cannot hold. */
export class ScriptError extends Error {
  /** Stable code. */
  readonly code = "script-error";
  override name = "ScriptError";
}

/** The script took more time, memory or stack than it may. */
export class ScriptLimitError extends Error {
  /** Stable code. */
  readonly code = "script-limit";
  override name = "ScriptLimitError";
}

/** The script threw a BPMN error: `throw new BpmnError("OUT_OF_STOCK", "none left")`. */
export class ScriptBpmnError extends Error {
  /** Stable code. */
  readonly code = "script-bpmn-error";
  override name = "ScriptBpmnError";
  /** The error's code in the model. */
  readonly bpmnErrorCode: string;

  constructor(bpmnErrorCode: string, message: string) {
    super(message);
    this.bpmnErrorCode = bpmnErrorCode;
  }
}
