/** Progress of long work, on standard error: a bar on a terminal, a line now and then elsewhere. */
import { formatDuration } from "./format.ts";
import { paint, type Terminal } from "./terminal.ts";
import { displayWidth, truncate } from "./text.ts";

const BAR = 24;
/** Between two drawings on a terminal, and two lines elsewhere. */
const REDRAW_MS = 80, LINE_MS = 2_000;
/** Shorter work shows nothing. */
const QUIET_MS = 300;

export class Progress {
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #total: number;
  readonly #silent: boolean;
  readonly #startedAt = performance.now();
  #done = 0;
  #details = "";
  #drawnAt: number;
  #drawn = false;
  #drawnDone = -1;

  /** @param total Steps in all, at least 1. @param silent Shows nothing at all. */
  constructor(terminal: Terminal, label: string, total: number, silent = false) {
    this.#terminal = terminal;
    this.#label = label;
    this.#total = Math.max(1, total);
    this.#silent = silent;
    this.#drawnAt = this.#startedAt;
  }

  /** @param done Steps done so far. @param details A few words behind the numbers. */
  update(done: number, details = ""): void {
    this.#done = Math.min(done, this.#total);
    this.#details = details;
    const now = performance.now();
    const pause = this.#drawn ? (this.#terminal.live ? REDRAW_MS : LINE_MS) : QUIET_MS;
    if (now - this.#drawnAt >= pause) this.#draw(now);
  }

  /** One step more. */
  step(details = ""): void {
    this.update(this.#done + 1, details);
  }

  /** Shows the last state, if anything was shown, and ends the line. */
  end(): void {
    if (!this.#drawn) return;
    if (this.#terminal.live || this.#drawnDone !== this.#done) this.#draw(performance.now());
    if (this.#terminal.live) this.#terminal.error("\n");
  }

  /** Takes the bar away, so that something else can be written; the next update draws it again. */
  clear(): void {
    if (this.#drawn && this.#terminal.live) this.#terminal.error("\r\x1b[K");
  }

  #draw(now: number): void {
    if (this.#silent) return;
    this.#drawnAt = now;
    this.#drawn = true;
    this.#drawnDone = this.#done;
    const share = this.#done / this.#total;
    const filled = Math.round(share * BAR);
    const numbers = `${this.#done}/${this.#total}`;
    const tail = [numbers, this.#details, formatDuration(now - this.#startedAt)].filter((part) => part).join(
      "  ",
    );
    if (!this.#terminal.live) {
      this.#terminal.error(`${this.#label}: ${tail}\n`);
      return;
    }
    const used = displayWidth(this.#label) + BAR + 2;
    const room = (this.#terminal.width ?? 80) - used - 1;
    const bar = paint(this.#terminal, "green", "█".repeat(filled)) +
      paint(this.#terminal, "gray", "░".repeat(BAR - filled));
    this.#terminal.error(`\r\x1b[K${this.#label} ${bar} ${truncate(tail, room)}`);
  }
}
