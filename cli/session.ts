/** One run of the command line: its terminal, its common options, and the engine it opens when it needs one. */
import { createEngine, type Engine } from "../runtime/engine.ts";
import type { Logger } from "../runtime/options.ts";
import { type Page, type Store, StoreError } from "../storage/store.ts";
import { openStore } from "./database.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { describeFailure, UsageError } from "./failure.ts";
import type { HandlerModule } from "./handler_module.ts";
import { Progress } from "./progress.ts";
import { hidePassword, secretFilter } from "./secrets.ts";
import { type Column, tableLines } from "./table.ts";
import { paint, type Style, type Terminal } from "./terminal.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly db?: string;
  readonly tenant?: string;
  readonly schema?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export class Session {
  readonly terminal: Terminal;
  readonly common: CommonOptions;
  /** Writes JSON for programs instead of text for people. */
  readonly json: boolean;
  readonly logger: Logger;
  #hide: (text: string) => string = (text) => text;
  #engine: Promise<Engine> | undefined;

  constructor(terminal: Terminal, common: CommonOptions) {
    this.terminal = terminal;
    this.common = common;
    this.json = common.json ?? false;
    this.hideSecretsOf(common.db, terminal.env("BATON_DB"));
    this.logger = {
      log: (level, message, fields) => {
        if (level === "debug" || (level === "info" && !this.verbose)) return;
        const details = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
        this.note(`${this.paint(level === "error" ? "red" : "yellow", level)} ${message}${details}`);
      },
    };
  }

  /** From now on the passwords of these addresses are hidden. */
  hideSecretsOf(...addresses: readonly (string | undefined)[]): void {
    this.#hide = secretFilter(addresses);
  }

  get verbose(): boolean {
    return this.common.verbose ?? this.terminal.env("BATON_DEBUG") !== undefined;
  }

  get tenant(): string {
    return this.common.tenant ?? this.terminal.env("BATON_TENANT") ?? "default";
  }

  /** What `--db` or BATON_DB says. @throws {UsageError} If nothing does. */
  get database(): string {
    const address = this.common.db ?? this.terminal.env("BATON_DB");
    if (address === undefined || address === "") {
      throw new UsageError("Cannot open a database: none is named; give --db kv:FILE or set BATON_DB");
    }
    return address;
  }

  /**
   * Opens the store that `--db` names. The caller closes it.
   *
   * @throws {StoreError} If it cannot be reached; the message names it, without its password.
   */
  async openStore(options: { readonly migrate?: boolean } = {}): Promise<Store> {
    const { schema } = this.common;
    const address = this.database;
    try {
      return await openStore(address, { ...options, ...(schema !== undefined && { schema }) });
    } catch (error) {
      const { exitCode } = describeFailure(error);
      if (exitCode === EXIT.usage || error instanceof StoreError) throw error;
      const { message } = describeFailure(error);
      throw new StoreError(`Cannot open "${hidePassword(address)}": ${message}${adviceOn(error)}`, {
        cause: error,
      });
    }
  }

  /** The engine over the store that `--db` names; opened once, closed with the session. */
  engine(module?: HandlerModule): Promise<Engine> {
    return this.#engine ??= this.openStore().then((store) => this.engineOver(store, module));
  }

  /** An engine over another store. The caller closes it. */
  engineOver(store: Store, module?: HandlerModule): Promise<Engine> {
    return createEngine({ store, tenant: this.tenant, logger: this.logger, ...module });
  }

  // ---------------------------------------------------------------- output

  /** A line for people, on standard output. */
  say(line: string = ""): void {
    this.terminal.out(`${line}\n`);
  }

  /** A line beside the result, on standard error. Passwords are hidden. */
  note(line: string): void {
    this.terminal.error(`${this.#hide(line)}\n`);
  }

  /** The result for programs. */
  printJson(value: unknown): void {
    this.say(JSON.stringify(value, null, 2));
  }

  /** The result as JSON or, for people, as `text` makes it. */
  print(value: unknown, text: () => void): void {
    if (this.json) this.printJson(value);
    else text();
  }

  /** A table as wide as the terminal. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], indent = ""): void {
    const lines = tableLines(rows, columns, {
      ...(this.terminal.width !== undefined && { width: this.terminal.width - indent.length }),
      styleTitle: (title) => this.paint("bold", title),
    });
    for (const line of lines) this.say(indent + line);
  }

  /** A page of a list. @param none What to say if it is empty. */
  page<Row>(page: Page<Row>, columns: readonly Column<Row>[], none: string): void {
    this.print(page, () => {
      if (page.items.length === 0) this.say(none);
      else this.table(page.items, columns);
      if (page.next !== undefined) this.note(`More rows: --cursor ${page.next}`);
    });
  }

  paint(style: Style, text: string): string {
    return paint(this.terminal, style, text);
  }

  /** Progress on standard error; silent for programs. */
  progress(label: string, total: number): Progress {
    return new Progress(this.terminal, label, total, this.json);
  }

  /** Tells an error. @returns The exit code. */
  fail(error: unknown): ExitCode {
    const { exitCode, code, message } = describeFailure(error);
    if (this.json) this.note(JSON.stringify({ error: { code, message: this.#hide(message) } }));
    else {
      this.note(`${this.paint("red", "error")}: ${message}`);
      if (exitCode === EXIT.failed && code === "failed" && !this.verbose) {
        this.note("  --verbose shows where it happened");
      }
    }
    if (this.verbose) this.note(stackOf(error));
    return exitCode;
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    // One that could not be opened has told so already.
    await (await engine?.catch(() => undefined))?.close();
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** What to do when a server and this client do not agree on TLS. */
function adviceOn(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (/^(DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/.test(String(code))) {
    return "; add sslrootcert=FILE to the address, with the certificate of whoever signed the server's";
  }
  const unencrypted = code === "28000" && String(message).includes("no encryption");
  return unencrypted ? "; add sslmode=verify-full to the address if the server wants TLS" : "";
}
