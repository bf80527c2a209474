/** Every method of the engine with arguments that fit, by name; hostile tests replace one of them at a time. */
import type { Engine } from "../../mod.ts";

/** What the calls refer to. */
export interface Subjects {
  readonly instanceId: string;
  readonly definitionId: string;
  readonly taskId: string;
  readonly jobId: string;
  readonly incidentId: string;
  readonly model: string;
}

/** One method: how it is called, with which arguments, and which of them may name something of another tenant. */
export interface Method {
  readonly args: readonly unknown[];
  /** Positions of ids; of an object: its property. */
  readonly ids?: readonly (number | readonly [index: number, property: string])[];
  readonly call: (engine: Engine, args: readonly never[]) => unknown;
}

/** @returns All methods that take anything. */
export function methods(s: Subjects): Readonly<Record<string, Method>> {
  const claim = { id: s.jobId, leaseNo: 1 };
  return {
    "deploy": {
      args: [s.model, { fileName: "a.bpmn", ignoreExtensions: false, maxBytes: 1_000_000 }],
      call: (e, [a, b]) => e.deploy(a, b),
    },
    "lint": { args: [s.model, { fileName: "a.bpmn" }], call: (e, [a, b]) => e.lint(a, b) },
    "getDefinition": { args: [s.definitionId], ids: [0], call: (e, [a]) => e.getDefinition(a) },
    "findDefinition": {
      args: ["p", { version: 1, versionTag: "v1" }],
      call: (e, [a, b]) => e.findDefinition(a, b),
    },
    "definitions": {
      args: [{ key: "p", latestOnly: true, take: 10, cursor: "WyJhIiwxXQ" }],
      call: (e, [a]) => e.definitions(a),
    },
    "getDefinitionXml": { args: [s.definitionId], ids: [0], call: (e, [a]) => e.getDefinitionXml(a) },
    "getModel": { args: [s.definitionId], ids: [0], call: (e, [a]) => e.getModel(a) },
    "start": {
      args: ["p", {
        version: 1,
        versionTag: "v1",
        variables: { a: 1 },
        businessKey: "b",
        uniqueBusinessKey: false,
        manual: true,
        startEvent: "start",
        transaction: undefined,
      }],
      call: (e, [a, b]) => e.start(a, b),
    },
    "getInstance": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.getInstance(a) },
    "instances": {
      args: [{
        key: "p",
        definitionId: s.definitionId,
        businessKey: "b",
        statuses: ["running"],
        startedFrom: 0,
        startedTo: 1,
        variables: [{ name: "a", value: 1 }],
        parentId: s.instanceId,
        rootId: s.instanceId,
        take: 10,
        skip: 0,
        cursor: "WzEsIjEiXQ",
      }],
      call: (e, [a]) => e.instances(a),
    },
    "callTree": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.callTree(a) },
    "variables": { args: [s.instanceId, 0], ids: [0], call: (e, [a, b]) => e.variables(a, b) },
    "setVariables": {
      args: [s.instanceId, { a: 1 }, { scope: 0, local: true }],
      ids: [0],
      call: (e, [a, b, c]) => e.setVariables(a, b, c),
    },
    "positions": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.positions(a) },
    "history": {
      args: [s.instanceId, { after: 0, take: 10 }],
      ids: [0],
      call: (e, [a, b]) => e.history(a, b),
    },
    "retry": { args: [s.instanceId, { a: 1 }], ids: [0], call: (e, [a, b]) => e.retry(a, b) },
    "activate": { args: [s.instanceId, 1, ["A"]], ids: [0], call: (e, [a, b, c]) => e.activate(a, b, c) },
    "addNote": {
      args: [s.instanceId, "text", { kind: "user", author: "ann" }],
      ids: [0],
      call: (e, [a, b, c]) => e.addNote(a, b, c),
    },
    "notes": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.notes(a) },
    "kpis": {
      args: [{ groupBy: "process", key: "p", definitionId: s.definitionId, elementId: "A", from: 0, to: 1 }],
      call: (e, [a]) => e.kpis(a),
    },
    "canStep": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.canStep(a) },
    "step": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.step(a) },
    "run": { args: [s.instanceId, { maxJobs: 10 }], ids: [0], call: (e, [a, b]) => e.run(a, b) },
    "simulate": {
      args: [{ definitionId: s.definitionId }, {
        variables: { a: 1 },
        process: "p",
        startEvent: "start",
        answers: {},
        choices: {},
        fireEvents: false,
        at: 0,
        maxWaves: 10,
      }],
      ids: [[0, "definitionId"]],
      call: (e, [a, b]) => e.simulate(a, b),
    },
    "simulate an instance": {
      args: [{ instanceId: s.instanceId }],
      ids: [[0, "instanceId"]],
      call: (e, [a]) => e.simulate(a),
    },
    "publishMessage": {
      args: ["m", { key: "k", variables: { a: 1 }, timeToLiveMs: 0, messageId: "1" }],
      call: (e, [a, b]) => e.publishMessage(a, b),
    },
    "correlateMessage": {
      args: ["m", { key: "k", variables: { a: 1 }, instanceId: s.instanceId, subscriptionId: "1" }],
      ids: [[1, "instanceId"]],
      call: (e, [a, b]) => e.correlateMessage(a, b),
    },
    "broadcastSignal": { args: ["s", { variables: { a: 1 } }], call: (e, [a, b]) => e.broadcastSignal(a, b) },
    "evaluateConditions": { args: [{ a: 1 }], call: (e, [a]) => e.evaluateConditions(a) },
    "loadInstance": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.loadInstance(a) },
    "appendStep": {
      args: [s.instanceId, -1, {
        sequence: 90,
        elementId: "A",
        elementType: "task",
        status: "completed",
        startedAt: 0,
        endedAt: 1,
        error: "e",
      }],
      ids: [0],
      call: (e, [a, b, c]) => e.appendStep(a, b, c),
    },
    "saveInstance": {
      args: [{
        id: s.instanceId,
        revision: -1,
        status: "running",
        reason: "r",
        variables: { a: 1 },
        steps: [],
      }],
      ids: [[0, "id"]],
      call: (e, [a]) => e.saveInstance(a),
    },
    "jobs.enqueue": {
      args: [{ type: "t", payload: { a: 1 }, dueAt: 0, priority: 1, retries: 1 }],
      call: (e, [a]) => e.jobs.enqueue(a),
    },
    "jobs.claim": {
      args: [{ worker: "w", types: ["none"], max: 1, leaseMs: 1_000 }],
      call: (e, [a]) => e.jobs.claim(a),
    },
    "jobs.claim by id": { args: [{ jobIds: ["1"], leaseMs: 1 }], call: (e, [a]) => e.jobs.claim(a) },
    "jobs.extend": {
      args: [claim, 1_000],
      ids: [[0, "id"]],
      call: (e, [a, b]) => e.jobs.extend(a, b),
    },
    "jobs.complete": {
      args: [claim, { variables: { a: 1 }, result: 1, transaction: undefined }],
      ids: [[0, "id"]],
      call: (e, [a, b]) => e.jobs.complete(a, b),
    },
    "jobs.fail": {
      args: [claim, { message: "m", retryInMs: 1, retry: true }],
      ids: [[0, "id"]],
      call: (e, [a, b]) => e.jobs.fail(a, b),
    },
    "jobs.throwError": {
      args: [claim, "code", { message: "m", variables: { a: 1 } }],
      ids: [[0, "id"]],
      call: (e, [a, b, c]) => e.jobs.throwError(a, b, c),
    },
    "jobs.release": { args: [claim], ids: [[0, "id"]], call: (e, [a]) => e.jobs.release(a) },
    "jobs.get": { args: [s.jobId], ids: [0], call: (e, [a]) => e.jobs.get(a) },
    "jobs.list": {
      args: [{ instanceId: s.instanceId, type: "t", held: false, take: 10, cursor: "WyIxIl0" }],
      call: (e, [a]) => e.jobs.list(a),
    },
    "userTasks.get": { args: [s.taskId], ids: [0], call: (e, [a]) => e.userTasks.get(a) },
    "userTasks.list": {
      args: [{
        instanceId: s.instanceId,
        processKey: "p",
        elementId: "A",
        assignee: "a",
        unassigned: false,
        candidateUser: "u",
        candidateGroups: ["g"],
        dueBefore: "2026-01-01T00:00:00Z",
        followUpBefore: "2026-01-01T00:00:00Z",
        status: "open",
        take: 10,
        cursor: "WzEsMSwiMSJd",
      }],
      call: (e, [a]) => e.userTasks.list(a),
    },
    "userTasks.claim": { args: [s.taskId, "ann"], ids: [0], call: (e, [a, b]) => e.userTasks.claim(a, b) },
    "userTasks.unclaim": { args: [s.taskId], ids: [0], call: (e, [a]) => e.userTasks.unclaim(a) },
    "userTasks.update": {
      args: [s.taskId, {
        assignee: "a",
        candidateUsers: ["u"],
        candidateGroups: ["g"],
        dueDate: "2026-01-01T00:00:00Z",
        followUpDate: null,
        priority: 1,
        formKey: "f",
      }, { revision: 77 }],
      ids: [0],
      call: (e, [a, b, c]) => e.userTasks.update(a, b, c),
    },
    "userTasks.complete": {
      args: [s.taskId, { a: 1 }, {}],
      ids: [0],
      call: (e, [a, b, c]) => e.userTasks.complete(a, b, c),
    },
    "userTasks.throwError": {
      args: [s.taskId, "code", { message: "m", variables: {} }],
      ids: [0],
      call: (e, [a, b, c]) => e.userTasks.throwError(a, b, c),
    },
    "userTasks.throwEscalation": {
      args: [s.taskId, "code", { variables: {} }],
      ids: [0],
      call: (e, [a, b, c]) => e.userTasks.throwEscalation(a, b, c),
    },
    "incidents.list": {
      args: [{
        instanceId: s.instanceId,
        processKey: "p",
        kind: "k",
        elementId: "A",
        take: 1,
        cursor: "WzEsIjEiXQ",
      }],
      call: (e, [a]) => e.incidents.list(a),
    },
    "incidents.resolve": {
      args: [s.incidentId, { a: 1 }],
      ids: [0],
      call: (e, [a, b]) => e.incidents.resolve(a, b),
    },
    "incidents.resolve both": {
      args: [{ id: s.incidentId, instanceId: s.instanceId }, { a: 1 }],
      ids: [[0, "id"]],
      call: (e, [a, b]) => e.incidents.resolve(a, b),
    },
    "incidents.resolve filter": {
      args: [{ instanceId: s.instanceId, kind: "none" }],
      call: (e, [a]) => e.incidents.resolve(a),
    },
    "suspend": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.suspend(a) },
    "resume": { args: [s.instanceId], ids: [0], call: (e, [a]) => e.resume(a) },
    "fail": { args: [s.instanceId, "r", {}], ids: [0], call: (e, [a, b, c]) => e.fail(a, b, c) },
    "cancel": { args: [s.instanceId, "r", {}], ids: [0], call: (e, [a, b, c]) => e.cancel(a, b, c) },
    "forTenant": { args: ["t"], call: (e, [a]) => e.forTenant(a) },
  };
}
