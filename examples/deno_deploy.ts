/**
 * Baton on Deno Deploy: HTTP requests start processes and do what is due at once, a cron job does the rest. No
 * process stays alive, so nothing waits for a timer here; Deno KV keeps everything.
 *
 *     deno run --unstable-kv --unstable-cron --allow-net --allow-read --allow-env examples/deno_deploy.ts
 *
 * Environment: `KV_PATH` (default: Deno Deploy's own database), `PORT` (default 8000).
 */
import { BpmnValidationError, type Handlers, NotFoundError, RejectedError } from "../mod.ts";
import { KvStore } from "../storage/kv.ts";
import type { Store } from "../storage/store.ts";
import { createWorker, type Worker } from "../worker.ts";

const PROCESS = `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="https://baton.dev/examples">
  <process id="signup" isExecutable="true">
    <startEvent id="start"/>
    <serviceTask id="create-account"/>
    <intermediateCatchEvent id="a-day-later">
      <timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <serviceTask id="send-tips"/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="create-account"/>
    <sequenceFlow id="f2" sourceRef="create-account" targetRef="a-day-later"/>
    <sequenceFlow id="f3" sourceRef="a-day-later" targetRef="send-tips"/>
    <sequenceFlow id="f4" sourceRef="send-tips" targetRef="end"/>
  </process>
</definitions>`;

const handlers: Handlers = {
  "create-account": (ctx) => ({ account: `account of ${ctx.get<string>("email")}` }),
  "send-tips": () => ({ tips: true }),
};

/** A request may keep its caller waiting this long for work that is due at once. */
const REQUEST_MS = 2_000;
const CRON_MS = 50_000;

/** What the app needs to be told. */
export interface AppOptions {
  readonly store: Store;
  readonly clock?: { now(): number };
}

/** The app, without its surroundings. */
export interface App extends AsyncDisposable {
  /** Answers one HTTP request. */
  fetch(request: Request): Promise<Response>;
  /** Does what is due, for cron. */
  tick(maxMs?: number): Promise<void>;
}

/** Makes the app: `POST /signups` with JSON starts one, `GET /signups/ID` shows it. */
export async function createApp(options: AppOptions): Promise<App> {
  const worker = await createWorker({ ...options, handlers, concurrency: 16 });
  await worker.engine.deploy(PROCESS);
  let draining: Promise<unknown> = Promise.resolve();
  const tick = async (maxMs = CRON_MS): Promise<void> => {
    // One at a time in this process; other processes share the work by leases.
    const mine = draining.then(() => worker.drain({ maxMs }));
    draining = mine.catch(() => undefined);
    await mine;
  };
  return {
    tick,
    async fetch(request) {
      try {
        return await route(worker, request, () => tick(REQUEST_MS));
      } catch (error) {
        return failure(error);
      }
    },
    [Symbol.asyncDispose]: () => worker.stop(),
  };
}

async function route(worker: Worker, request: Request, tick: () => Promise<void>): Promise<Response> {
  const { engine } = worker;
  const { pathname } = new URL(request.url);
  if (request.method === "POST" && pathname === "/signups") {
    const { id } = await engine.start("signup", { variables: await request.json() });
    await tick();
    return Response.json({ id }, { status: 201, headers: { location: `/signups/${id}` } });
  }
  const id = /^\/signups\/(\d+)$/.exec(pathname)?.[1];
  if (request.method !== "GET" || id === undefined) return new Response("Not found", { status: 404 });
  const { status, variables } = await engine.getInstance(id);
  const steps = (await engine.history(id)).map((step) => ({ element: step.elementId, status: step.status }));
  return Response.json({ id, status, variables, steps });
}

function failure(error: unknown): Response {
  if (error instanceof NotFoundError) return new Response(error.message, { status: 404 });
  const mistake = error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError ||
    error instanceof RejectedError || error instanceof BpmnValidationError;
  if (mistake) return new Response(error.message, { status: 400 });
  console.error(error);
  return new Response("Something went wrong", { status: 500 });
}

if (import.meta.main) {
  const app = await createApp({ store: await KvStore.open(Deno.env.get("KV_PATH")) });
  Deno.cron("baton", "* * * * *", () => app.tick());
  Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8000) }, (request) => app.fetch(request));
}
