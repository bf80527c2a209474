/** What is stored of processes. */
import type { NewJob, NewSubscription } from "../../engine/mod.ts";

/** One version of one process. */
export interface Definition {
  /** Decimal string; one per version. */
  readonly id: string;
  /** Whose it is; only this tenant's queries find it. */
  readonly tenant: string;
  /** The process id in the file: the same for all versions. */
  readonly key: string;
  /** 1, 2, 3, ... per tenant and key. */
  readonly version: number;
  /** The process's name in the file; absent if it has none. */
  readonly name?: string;
  /** The author's own name for this version (`zeebe:` or `camunda:versionTag`); absent if it has none. */
  readonly versionTag?: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  /** Milliseconds since 1970 UTC. */
  readonly deployedAt: number;
  /** True for the highest version of its key. */
  readonly latest: boolean;
  /**
   * How long an ended instance is kept, in milliseconds (`historyTimeToLive`); absent: the model does not
   * say.
   */
  readonly historyTimeToLiveMs?: number;
}

/** One process of a file to be deployed. */
export interface NewDefinition {
  /** Decimal string, reserved by the caller. Not used if the latest version has the same hash. */
  readonly id: string;
  /** The process id in the file. */
  readonly key: string;
  /** The process's name in the file. */
  readonly name?: string;
  /** The author's own name for this version. */
  readonly versionTag?: string;
  /** How long an ended instance is to be kept, in milliseconds. */
  readonly historyTimeToLiveMs?: number;
  /** Message, signal and conditional start events: they replace those of the version before. */
  readonly subscriptions: readonly NewSubscription[];
  /** Timer start events: they replace those of the version before. `definitionId` is set by the store. */
  readonly jobs: readonly NewJob[];
}

/** A file to be deployed. */
export interface DeployRequest {
  /** Who deploys. */
  readonly tenant: string;
  /** The file, as it was given. */
  readonly xml: string;
  /** SHA-256 of `xml`, hex: what makes a repeat known. */
  readonly hash: string;
  /** The file's executable processes. */
  readonly definitions: readonly NewDefinition[];
  /** Milliseconds since 1970 UTC; absent: the store's time. */
  readonly at?: number;
}

/** Which definitions to list; all given filters apply. */
export interface DefinitionQuery {
  /** Absent: all tenants. */
  readonly tenant?: string;
  /** Only versions of this process. */
  readonly key?: string;
  /** True: only the highest version of each key. Default false. */
  readonly latestOnly?: boolean;
  /** Default 100, at most 1,000. */
  readonly take?: number;
  /** From the page before. */
  readonly cursor?: string;
}
