/**
 * Stores that break a promise now and then: the simulation must find each of them out, or what it checks is worth
 * nothing. What a broken store does wrong, it does behind the back of the checks: they see the units as they were sent.
 */
import type { Leased, LeaseRequest, Unit, UnitResult } from "../../storage/store.ts";
import type { MemoryStore } from "../../storage/memory.ts";
import type { Random } from "../support/random.ts";

type Breaks = (store: MemoryStore, random: Random) => void;

/** Writes some of the units otherwise than they were sent. */
function units(change: (unit: Unit, store: MemoryStore) => Unit | Promise<Unit>, share = 0.3): Breaks {
  return (store, random) => {
    const commit = store.commit.bind(store);
    store.commit = async (sent) => {
      const written: Unit[] = [];
      for (const unit of sent) written.push(random.next() < share ? await change(unit, store) : unit);
      return await commit(written);
    };
  };
}

/** By what they do wrong. */
export const BROKEN_STORES: Readonly<Record<string, Breaks>> = {
  "commits what a lease that is over did": units((unit) => ({ ...unit, leases: [] }), 1),
  "overlooks that another unit came first": units(async (unit, store) => {
    const [stored] = await store.loadInstances([unit.instanceId]);
    return stored && !unit.create ? { ...unit, revision: stored.revision } : unit;
  }, 1),
  "gives a message to the same process twice": units((unit) => ({ ...unit, takeMessages: [] }), 1),
  "leaves a job that was closed": units((unit) => ({ ...unit, closeJobs: unit.closeJobs.slice(1) })),
  "forgets a job": units((unit) => ({ ...unit, openJobs: unit.openJobs.slice(1) })),
  "forgets a subscription": units((unit) => ({
    ...unit,
    openSubscriptions: unit.openSubscriptions?.slice(1),
  })),
  "leaves a subscription that was closed": units((unit) => ({
    ...unit,
    closeSubscriptions: unit.closeSubscriptions?.slice(1),
  })),
  "loses a step": units((unit) => ({ ...unit, steps: unit.steps.slice(1) })),
  "leaves a task of a person": units((unit) => ({ ...unit, closeUserTasks: [] }), 1),
  "leaves an incident": units((unit) => ({ ...unit, closeIncidents: [] }), 1),
  "loses variables": units((unit) => unit.create ? unit : { ...unit, variables: undefined }, 1),
  "keeps the old state": units(async (unit, store) => {
    const [stored] = await store.loadInstances([unit.instanceId]);
    return stored ? { ...unit, state: stored.state } : unit;
  }),
  "says of what it has not written that it stands": (store, random) => {
    const commit = store.commit.bind(store);
    store.commit = async (sent) => {
      const results: UnitResult[] = [];
      for (const unit of sent) {
        if (!unit.create && random.next() < 0.3) {
          results.push({ outcome: "committed", revision: (unit.revision ?? 0) + 1 });
        } else results.push(...await commit([unit]));
      }
      return results;
    };
  },
  "gives a job to two workers": (store, random) => {
    const lease = store.leaseJobs.bind(store);
    let former: Leased["jobs"] = [];
    store.leaseJobs = async (request: LeaseRequest) => {
      const leased = await lease(request);
      const again = former.filter(() => random.next() < 0.3);
      former = leased.jobs;
      return { ...leased, jobs: [...leased.jobs, ...again] };
    };
  },
  "lets a job lie for ever": (store) => {
    const lease = store.leaseJobs.bind(store);
    const withheld = "baton:timer";
    store.leaseJobs = async (request) =>
      await lease({ ...request, wants: request.wants?.filter(({ type }) => type !== withheld) });
  },
  "forgets that a message was published": (store) => {
    store.publishMessage = () => Promise.resolve(true);
  },
};
