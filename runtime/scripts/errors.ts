/** How a script can fail. */

/** The script threw, is no JavaScript, or gave a value that JSON cannot hold. */
export class ScriptError extends Error {
  /** Stable code. */
  readonly code = "script-error";
  /** For `toString()`. */
  override name = "ScriptError";
}

/** The script took more time, memory or stack than it may. */
export class ScriptLimitError extends Error {
  /** Stable code. */
  readonly code = "script-limit";
  /** For `toString()`. */
  override name = "ScriptLimitError";
}

/** The script threw a BPMN error: `throw new BpmnError("OUT_OF_STOCK", "none left")`. */
export class ScriptBpmnError extends Error {
  /** Stable code. */
  readonly code = "script-bpmn-error";
  /** For `toString()`. */
  override name = "ScriptBpmnError";
  /** The error's code in the model. */
  readonly bpmnErrorCode: string;

  /** Takes the code and the message that the script gave. */
  constructor(bpmnErrorCode: string, message: string) {
    super(message);
    this.bpmnErrorCode = bpmnErrorCode;
  }
}
