/** Where BPMN text comes from. */
import { NotFoundError } from "../storage/store.ts";
import { checkArgument } from "./arguments.ts";

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
  if (!(source instanceof URL)) checkArgument(source, "text", "source");
  const address = String(source);
  if (/^https?:/i.test(address)) {
    const url = parseUrl(address);
    const name = withoutPassword(url);
    return { content: await download(url, name, maxBytes), name };
  }
  return {
    content: await readFile(/^file:/i.test(address) ? parseUrl(address) : address, maxBytes),
    name: address,
  };
}

async function readFile(path: string | URL, maxBytes: number): Promise<Uint8Array> {
  const name = String(path).slice(0, 1_000);
  try {
    const { size, isDirectory } = await Deno.stat(path);
    if (isDirectory) throw new TypeError(`Cannot read "${name}": it is a folder`);
    if (size > maxBytes) throw tooLarge(name, maxBytes);
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new NotFoundError(`Cannot read "${name}": there is no such file`, { cause });
    }
    // A name that the system does not take. What Deno itself forbids says so in its own words.
    if (cause instanceof Error && "code" in cause && cause.code === "ENAMETOOLONG") {
      throw new NotFoundError(`Cannot read "${name}": no file can have this name`, { cause });
    }
    throw cause;
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw new TypeError(`Cannot read "${text.replace(/\/\/[^/@]*@/, "//")}": it is no URL`);
}

/** What may be shown of an address. */
function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

async function download(address: URL, url: string, maxBytes: number): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new NotFoundError(`Cannot read "${url}": the server does not answer`, { cause });
  }
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
