/** Where BPMN text comes from. */
import { NotFoundError } from "../storage/store.ts";

/** A BPMN file as it was found. */
export interface BpmnSource {
  readonly content: string | Uint8Array;
  /** Path or URL; absent for text. */
  readonly name?: string;
}

/**
 * Reads BPMN from text, a path or a URL.
 *
 * @param source Text starts with `<`; everything else is a URL (`file:`, `http:`, `https:`) or a path.
 * @param maxBytes Larger files are refused before they are read to the end.
 * @throws {NotFoundError} If there is no such file.
 * @throws {RangeError} If it is too large.
 */
export async function readSource(source: string | URL, maxBytes: number): Promise<BpmnSource> {
  if (typeof source === "string" && /^\s*</.test(source.replace(/^\uFEFF/, ""))) {
    return { content: source };
  }
  const name = String(source);
  if (/^https?:/i.test(name)) return { content: await download(name, maxBytes), name };
  const path = /^file:/i.test(name) ? new URL(name) : name;
  try {
    const { size } = await Deno.stat(path);
    if (size > maxBytes) throw tooLarge(name, maxBytes);
    return { content: await Deno.readFile(path), name };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new NotFoundError(`Cannot read "${name}": there is no such file`, { cause: error });
  }
}

async function download(url: string, maxBytes: number): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new NotFoundError(`Cannot read "${url}": the server answered ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(url, maxBytes);
    parts.push(part);
  }
  const content = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    content.set(part, offset);
    offset += part.length;
  }
  return content;
}

function tooLarge(name: string, maxBytes: number): RangeError {
  return new RangeError(`Cannot read "${name}": it is larger than ${maxBytes} bytes`);
}
