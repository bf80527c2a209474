/** Every kind of element and what it does. A kind without a behaviour does not type-check. */
import type { ElementType } from "../../model/types.ts";
import { adHocSubProcess } from "./ad_hoc_sub_process.ts";
import type { ElementBehavior, NodeOf } from "./behavior.ts";
import { boundaryEvent } from "./boundary_event.ts";
import { businessRuleTask } from "./business_rule_task.ts";
import { callActivity } from "./call_activity.ts";
import { complexGateway } from "./complex_gateway.ts";
import { endEvent } from "./end_event.ts";
import { eventBasedGateway } from "./event_based_gateway.ts";
import { eventSubProcess } from "./event_sub_process.ts";
import { exclusiveGateway } from "./exclusive_gateway.ts";
import { inclusiveGateway } from "./inclusive_gateway.ts";
import { intermediateCatchEvent } from "./intermediate_catch_event.ts";
import { intermediateThrowEvent } from "./intermediate_throw_event.ts";
import { manualTask } from "./manual_task.ts";
import { parallelGateway } from "./parallel_gateway.ts";
import { process } from "./process.ts";
import { receiveTask } from "./receive_task.ts";
import { scriptTask } from "./script_task.ts";
import { sendTask } from "./send_task.ts";
import { serviceTask } from "./service_task.ts";
import { startEvent } from "./start_event.ts";
import { subProcess } from "./sub_process.ts";
import { task } from "./task.ts";
import { transaction } from "./transaction.ts";
import { userTask } from "./user_task.ts";

export const behaviors: { readonly [K in ElementType]: ElementBehavior<NodeOf<K>> } = {
  adHocSubProcess,
  boundaryEvent,
  businessRuleTask,
  callActivity,
  complexGateway,
  endEvent,
  eventBasedGateway,
  eventSubProcess,
  exclusiveGateway,
  inclusiveGateway,
  intermediateCatchEvent,
  intermediateThrowEvent,
  manualTask,
  parallelGateway,
  process,
  receiveTask,
  scriptTask,
  sendTask,
  serviceTask,
  startEvent,
  subProcess,
  task,
  transaction,
  userTask,
};
