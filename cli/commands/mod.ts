/** All commands, in the order of the help. */
import type { AnyCommand } from "../command.ts";
import { migrate } from "./migrate.ts";
import { definitions, deploy } from "./deploy.ts";
import { lint } from "./lint.ts";
import { simulate } from "./simulate.ts";
import { start } from "./start.ts";
import { run, step } from "./step.ts";
import { instances } from "./instances.ts";
import { show } from "./show.ts";
import { history } from "./history.ts";
import { kpi } from "./kpi.ts";
import { note } from "./note.ts";
import { cancel, resume, set, suspend } from "./instance_life.ts";
import { incidents, retry } from "./incidents.ts";
import { jobs } from "./jobs.ts";
import { claim, complete, tasks, unclaim } from "./tasks.ts";
import { publish, signal } from "./events.ts";
import { worker } from "./worker.ts";
import { demo } from "./demo.ts";
import { cleanup } from "./cleanup.ts";
import { doctor } from "./doctor.ts";

/** Every command. */
export const COMMANDS: readonly AnyCommand[] = [
  demo,
  lint,
  simulate,
  migrate,
  deploy,
  definitions,
  start,
  instances,
  show,
  history,
  step,
  run,
  set,
  note,
  suspend,
  resume,
  cancel,
  worker,
  jobs,
  incidents,
  retry,
  tasks,
  claim,
  unclaim,
  complete,
  publish,
  signal,
  kpi,
  cleanup,
  doctor,
];
