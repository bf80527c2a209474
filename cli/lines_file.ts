/** A file of newline-delimited JSON that grows at its end. */
import { UsageError } from "./failure.ts";

const NEWLINE = 10;

/** Appends lines; what is appended is on the disk when {@link append} returns. */
export class LinesFile implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Opens a file, or makes one that only its owner may read. A last line that was cut off by a crash is taken away.
   *
   * @throws {UsageError} If it cannot be opened, or its last line is no line of this kind.
   */
  static open(path: string): LinesFile {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    } catch (error) {
      throw new UsageError(`Cannot write "${path}": ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
    try {
      endLastLine(file, path);
    } catch (error) {
      file.close();
      throw error;
    }
    return new LinesFile(file);
  }

  /** Adds a line for each value, and waits until the disk has them. */
  append(values: readonly unknown[]): void {
    writeAll(
      this.#file,
      new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join("")),
    );
    this.#file.syncSync();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Leaves the file's position behind its last whole line. */
function endLastLine(file: Deno.FsFile, path: string): void {
  const end = file.seekSync(0, Deno.SeekMode.End);
  const start = startOfLastLine(file, end);
  file.seekSync(start, Deno.SeekMode.Start);
  if (start === end) return;
  const last = new Uint8Array(end - start);
  for (let read = 0; read < last.length;) read += file.readSync(last.subarray(read)) ?? last.length;
  const text = new TextDecoder().decode(last);
  if (isJson(text)) return writeAll(file, Uint8Array.of(NEWLINE));
  if (!text.startsWith("{")) {
    throw new UsageError(`Cannot append to "${path}": it does not end with a line of JSON`);
  }
  file.truncateSync(start);
  file.seekSync(start, Deno.SeekMode.Start);
}

function startOfLastLine(file: Deno.FsFile, end: number): number {
  const block = new Uint8Array(65_536);
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - block.length);
    file.seekSync(from, Deno.SeekMode.Start);
    const read = file.readSync(block.subarray(0, to - from)) ?? 0;
    const at = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (at >= 0) return from + at + 1;
    to = from;
  }
  return 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // that is the answer
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}
