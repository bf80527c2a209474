import { BpmnValidationError, type Problem } from "../../engine/mod.ts";
import type { Definition } from "../../storage/store.ts";
import { command, PAGE_OPTIONS, type PageOptions } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { ExitError } from "../failure.ts";
import { count, formatTime } from "../format.ts";
import { readBytes } from "../input.ts";
import { compiled } from "../problems.ts";
import type { Session } from "../session.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<Definition & { readonly created?: boolean }>[] = [
  { title: "KEY", value: (d) => d.key },
  { title: "VERSION", value: (d) => d.version, align: "right" },
  { title: "NAME", value: (d) => d.name, shrinkTo: 12 },
  { title: "TAG", optional: true, value: (d) => d.versionTag, shrinkTo: 6 },
  { title: "DEPLOYED", value: (d) => formatTime(d.deployedAt) },
  { title: "ID", value: (d) => d.id },
];

interface DeployFlags {
  readonly ignoreExtensions?: boolean;
}

/** Stores BPMN files. */
export const deploy = command<DeployFlags>({
  name: "deploy",
  group: "Processes:",
  summary: "store BPMN files; each executable process becomes a definition",
  details:
    "The same file again changes nothing. A changed one gets the next version; running instances keep " +
    "theirs. A file with errors is refused with all of them, and the files before it stay deployed.",
  arguments: [{ name: "<FILE...>", description: "paths or URLs" }],
  options: [
    {
      flags: "--ignore-extensions",
      description: "deploy although a modeller's extension would change what runs",
    },
  ],
  examples: [
    ["deploy order.bpmn --db kv:orders.kv", "store one file"],
    ["deploy processes/*.bpmn --db postgres://me@localhost/shop --json", "store many; print the definitions"],
  ],
  async run(session, files, { ignoreExtensions }) {
    const engine = await session.engine();
    const deployed: (Definition & { readonly created: boolean })[] = [];
    const progress = session.progress("deploy", files.length);
    for (const file of files) {
      const isUrl = /^https?:\/\//.test(file);
      const bytes = isUrl ? undefined : await readBytes(file);
      try {
        const { definitions, problems } = await engine.deploy(isUrl ? new URL(file) : file, {
          fileName: file,
          ...(ignoreExtensions && { ignoreExtensions }),
        });
        deployed.push(...definitions);
        if (problems.length > 0 && !session.json) {
          progress.clear();
          noteProblems(session, problems, bytes ?? "", file);
        }
      } catch (error) {
        if (!(error instanceof BpmnValidationError)) throw error;
        progress.clear();
        session.note(compiled(session, error.problems, bytes ?? "", file));
        const errors = error.problems.filter(({ severity }) => severity === "error");
        const way = errors.every(({ rule }) => rule === "unsupported-extension")
          ? ", all of them extensions: --ignore-extensions leaves these out"
          : "";
        throw new ExitError(EXIT.failed, `Cannot deploy "${file}": it has errors${way}`);
      }
      progress.step(file);
    }
    progress.end();
    session.print({ items: deployed }, () =>
      session.table(deployed, [
        {
          title: "",
          value: (d) => d.created ? "new" : "same",
          style: (cell, d) => d.created ? session.paint("green", cell) : cell,
        },
        ...COLUMNS,
      ]));
  },
});

/** Warnings in full. Breaches of form have one meaning and change nothing that runs: how many, and who tells which. */
function noteProblems(
  session: Session,
  problems: readonly Problem[],
  source: string | Uint8Array,
  file: string,
): void {
  const warnings = problems.filter(({ severity }) => severity !== "standard");
  if (warnings.length > 0) session.note(compiled(session, warnings, source, file));
  const standard = problems.length - warnings.length;
  if (standard > 0) {
    session.note(`${file}: ${count(standard, "breach", "breaches")} of form; lint tells which`);
  }
}

interface DefinitionFlags extends PageOptions {
  readonly key?: string;
  readonly latest?: boolean;
  readonly xml?: string;
}

/** Lists definitions. */
export const definitions = command<DefinitionFlags>({
  name: "definitions",
  group: "Processes:",
  summary: "list the deployed processes and their versions",
  options: [
    { flags: "--key <key>", description: "only this process" },
    { flags: "--latest", description: "only the latest version of each" },
    { flags: "--xml <id>", description: "print the BPMN file of a definition instead" },
    ...PAGE_OPTIONS,
  ],
  examples: [
    ["definitions --latest --db kv:orders.kv", "what can be started"],
    ["definitions --xml 17 --db kv:orders.kv > order.bpmn", "get a deployed file back"],
  ],
  async run(session, _args, { key, latest, xml, take, cursor }) {
    const engine = await session.engine();
    if (xml !== undefined) {
      const text = await engine.getDefinitionXml(xml);
      session.print({ id: xml, xml: text }, () => session.terminal.out(text));
      return;
    }
    const page = await engine.definitions({
      ...(key !== undefined && { key }),
      ...(latest && { latestOnly: true }),
      ...(take !== undefined && { take }),
      ...(cursor !== undefined && { cursor }),
    });
    session.page(page, COLUMNS, "No definitions. Deploy one: deploy FILE");
  },
});
