/** All scenarios, in the order in which they run. */
import { disk } from "./scenarios/disk.ts";
import { kv } from "./scenarios/kv.ts";
import { connections, isolation, timeouts } from "./scenarios/limits.ts";
import { network, silence } from "./scenarios/network.ts";
import { crash, restart, terminate } from "./scenarios/server.ts";
import { standby } from "./scenarios/standby.ts";
import { kill, sleep } from "./scenarios/workers.ts";
import type { Scenario } from "./world.ts";

export const SCENARIOS: readonly Scenario[] = [
  kill,
  sleep,
  restart,
  crash,
  terminate,
  network,
  silence,
  timeouts,
  isolation,
  connections,
  disk,
  standby,
  kv,
];
