/** Starts orders and trips, again and again until the store has taken them, while the store comes and goes. */
import { createEngine, type Engine, silentLogger } from "../../mod.ts";
import type { Store } from "../../storage/store.ts";
import type { Random } from "../support/random.ts";
import { ITEMS, ORDER, TRIP } from "./processes.ts";

/** Started and not ended: more are not started meanwhile. */
const MOST_RUNNING = 40;
const MESSAGE_LIFE_MS = 3_600_000;

/** What is started. */
export class Load {
  readonly engine: Engine;
  readonly #random: Random;
  readonly #most: number;
  #stopped = false;
  #abandoned = false;
  #running: Promise<void> | undefined;
  orders = 0;
  trips = 0;
  /** Calls that had to be repeated. */
  repeats = 0;

  private constructor(engine: Engine, random: Random, most: number) {
    this.engine = engine;
    this.#random = random;
    this.#most = most;
  }

  /** @param most Instances of a process at most. */
  static async open(store: Store, random: Random, most: number = Infinity): Promise<Load> {
    const engine = await createEngine({ store, closeStore: false, logger: silentLogger });
    await engine.deploy(ORDER);
    await engine.deploy(TRIP);
    return new Load(engine, random, most);
  }

  /** Starts until {@link stop}. */
  begin(): void {
    this.#running = this.#feed();
  }

  /** No more is started; what was begun to be started is. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Ends without finishing anything: the store may never come back. */
  async abandon(): Promise<void> {
    this.#stopped = this.#abandoned = true;
    await this.#running?.catch(() => {}); // what it was doing has failed, which is why it is abandoned
  }

  /** Instances by process, once all has ended. */
  get expected(): Readonly<Record<string, number>> {
    return { "order-fulfillment": this.orders, trip: this.trips, leg: this.trips, invoice: this.trips };
  }

  async #feed(): Promise<void> {
    while (!this.#stopped && this.trips < this.#most) {
      await Promise.all([this.#startOrder(), this.#startTrip()]);
      await new Promise((resolve) => setTimeout(resolve, 20 + this.#random.below(60)));
      await this.#untilRoom();
    }
  }

  async #startOrder(): Promise<void> {
    const businessKey = `order-${++this.orders}`;
    await this.#startOnce("order-fulfillment", businessKey, {});
  }

  async #startTrip(): Promise<void> {
    const trip = `trip-${++this.trips}`;
    const publish = () =>
      this.engine.publishMessage("paid", {
        key: trip,
        messageId: `paid-${trip}`,
        timeToLiveMs: MESSAGE_LIFE_MS,
      });
    const start = () => this.#startOnce("trip", trip, { trip, items: ITEMS });
    if (this.#random.below(2) === 0) {
      await this.#untilDone(publish);
      await start();
    } else {
      await start();
      await this.#untilDone(publish);
    }
  }

  /** A key is unique among those that run: a repeat looks for one that has ended, too. */
  async #startOnce(key: string, businessKey: string, variables: Record<string, unknown>): Promise<void> {
    let before = 0;
    await this.#untilDone(async () => {
      if (before++ > 0 && (await this.engine.instances({ key, businessKey })).items.length > 0) return;
      await this.engine.start(key, { businessKey, uniqueBusinessKey: true, variables });
    });
  }

  async #untilRoom(): Promise<void> {
    for (;;) {
      if (this.#stopped) return;
      const query = { statuses: ["running"], take: MOST_RUNNING } as const;
      const { items } = await this.#untilDone(() => this.engine.instances(query));
      if (items.length < MOST_RUNNING) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A repeat does no harm: keys and message ids are unique. */
  async #untilDone<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        // The store is away. What is wrong with the call itself stays wrong.
        if (this.#abandoned || error instanceof TypeError || error instanceof RangeError) throw error;
        this.repeats++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
