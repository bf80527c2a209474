/** Everything that a store must do; each store's test file calls {@link testStoreContract} once. */
import { testDefinitionsContract } from "./definitions.ts";
import { testInstancesContract } from "./instances.ts";
import { testCommitContract } from "./commit.ts";
import { testJobsContract } from "./jobs.ts";
import { testEndedJobsContract } from "./ended_jobs.ts";
import { testMessagesContract } from "./messages.ts";
import { testSubscriptionsContract } from "./subscriptions.ts";
import { testUserTasksContract } from "./user_tasks.ts";
import { testIncidentsContract } from "./incidents.ts";
import { testNotesContract } from "./notes.ts";
import { testKpisContract } from "./kpis.ts";
import { testKpiSumsContract } from "./kpi_sums.ts";
import { testRetentionContract } from "./retention.ts";
import { testStepsContract } from "./steps.ts";
import { testPagingContract } from "./paging.ts";
import { testTenantsContract } from "./tenants.ts";
import { testSizeContract } from "./size.ts";
import { testAuditContract } from "./audit.ts";
import type { StoreUnderTest } from "./store_under_test.ts";
export type { StoreUnderTest };
/** Runs the whole contract suite against a store. */
export function testStoreContract(store: StoreUnderTest): void {
  testDefinitionsContract(store);
  testInstancesContract(store);
  testCommitContract(store);
  testJobsContract(store);
  testEndedJobsContract(store);
  testMessagesContract(store);
  testSubscriptionsContract(store);
  testUserTasksContract(store);
  testIncidentsContract(store);
  testNotesContract(store);
  testKpisContract(store);
  testKpiSumsContract(store);
  testRetentionContract(store);
  testStepsContract(store);
  testPagingContract(store);
  testTenantsContract(store);
  testSizeContract(store);
  testAuditContract(store);
}
