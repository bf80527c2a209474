/** What several commands of one unit do to one job: holding it and letting it go again are told by the last one. */
import type { Effects } from "../engine/mod.ts";

/** Remembers what the commands so far have asked for. `settle`: the command since then has the last word. */
export function jobChanges({ holdJobs, retryJobs }: Effects): { settle(): void } {
  const held = holdJobs.length;
  const retried = retryJobs.length;
  return {
    settle() {
      if (held + retried === 0 || held + retried === holdJobs.length + retryJobs.length) return;
      const nowHeld = new Set(holdJobs.slice(held).map((each) => each.id));
      const nowRetried = new Set(retryJobs.slice(retried));
      keep(holdJobs, (each, index) => index >= held || !nowRetried.has(each.id));
      keep(retryJobs, (id, index) => index >= retried || !nowHeld.has(id));
    },
  };
}

/** A job that the same unit opens is not there yet for a store to change it: it is opened as it will be. */
export function holdNewJobs({ openJobs, holdJobs, retryJobs }: Effects): void {
  if (openJobs.length === 0 || holdJobs.length + retryJobs.length === 0) return;
  const places = new Map(openJobs.map((job, index) => [job.id, index]));
  keep(holdJobs, ({ id, held }) => {
    const place = places.get(id);
    if (place !== undefined) openJobs[place] = { ...openJobs[place], dueAt: null, held };
    return place === undefined;
  });
  keep(retryJobs, (id) => !places.has(id));
}

function keep<T>(items: T[], keeps: (item: T, index: number) => boolean): void {
  const kept = items.filter(keeps);
  if (kept.length < items.length) items.splice(0, items.length, ...kept);
}
