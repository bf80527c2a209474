/** What people do to the simulated fleet: whatever comes to their minds, and in the end what they are asked to. */
import type { Engine } from "../../mod.ts";
import type { MemoryStore } from "../../storage/memory.ts";
import type { Random } from "../support/random.ts";
import type { SimulationChecks } from "./simulation_checks.ts";
import { NEXT_FILES, STARTED } from "./simulation_processes.ts";

const KEYS = ["k1", "k2"];

type Action = () => Promise<unknown>;

/** Who acts, and upon what. */
interface Users {
  readonly engine: Engine;
  /** Looked into as it is. */
  readonly store: MemoryStore;
  readonly random: Random;
  readonly checks: SimulationChecks;
  /** The how manieth action of the run this is. */
  readonly n: number;
}

/** Half of them start something. */
export async function chooseAction({ engine, store, random, checks, n }: Users): Promise<Action> {
  const key = random.pick(KEYS);
  const running = (await store.listInstances({ statuses: ["running", "suspended"] })).items;
  const id = running.length > 0 ? random.pick(running).id : undefined;
  const [task] = (await store.listUserTasks()).items;
  const variables = {
    order: key,
    pay: random.next() < 0.5,
    stop: false,
    list: [1, 2, 3].slice(random.below(3)),
  };
  if (random.next() < 0.5) {
    return () => engine.start(random.pick(STARTED), { variables, businessKey: `b-${n}` });
  }
  const publish: Action = () =>
    engine.publishMessage("go", {
      key,
      messageId: `m-${n % 3}`,
      timeToLiveMs: random.pick([0, 60_000, 600_000]),
    });
  const actions: Action[] = [
    publish,
    publish,
    () => engine.correlateMessage("go", { key }),
    () => engine.broadcastSignal("alarm"),
    () => engine.incidents.resolve({}),
    () => engine.deploy(random.pick(NEXT_FILES)),
  ];
  if (task) actions.push(() => engine.userTasks.complete(task.id));
  if (id) {
    actions.push(
      async () => {
        const mark = `mark-${n}`;
        await engine.setVariables(id, {
          pay: random.next() < 0.5,
          stop: random.next() < 0.5,
          [mark]: true,
        });
        checks.answered(id, mark);
      },
      () => engine.cancel(id, "chance"),
      () => engine.suspend(id),
      () => engine.resume(id),
      () => engine.retry(id),
    );
  }
  return random.pick(actions);
}

/** An instance that has not ended. */
export interface Running {
  readonly id: string;
  readonly status: string;
}

/** All that people can do so that what runs comes to its end. */
export async function helpOut(
  engine: Engine,
  store: MemoryStore,
  running: readonly Running[],
): Promise<readonly Action[]> {
  const actions: Action[] = [];
  for (const { id, status } of running) {
    if (status === "suspended") actions.push(() => engine.resume(id));
  }
  for (const { id } of (await store.listUserTasks()).items) {
    actions.push(() => engine.userTasks.complete(id));
  }
  for (const { id, instanceId } of (await store.listIncidents()).items) {
    actions.push(() => engine.incidents.resolve({ id, instanceId }));
  }
  const waiting = (await store.findSubscriptions({ tenant: "default", kind: "message" })).items;
  for (const { name, key, instanceId } of waiting) {
    if (instanceId !== undefined) actions.push(() => engine.correlateMessage(name, { key, instanceId }));
  }
  return actions;
}
