/** Files that would take down whoever reads them in the usual way. */
import { bpmn } from "../support/bpmn_builder.ts";

const PLAIN = bpmn("start -> A -> end");
const inStart = (more: string): string => PLAIN.replace("<startEvent", more);
const many = (n: number, part: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => part(i)).join(" ");

/** By name; made when asked for. All are refused. */
export const BOMBS: Readonly<Record<string, () => string>> = {
  "a million attributes": () => inStart(`<startEvent ${many(1_000_000, (i) => `a${i}=""`)}`),
  "two hundred thousand namespaces": () => inStart(`<startEvent ${many(200_000, (i) => `xmlns:a${i}="u"`)}`),
  "nested 100,000 deep": () => inStart(`${"<subProcess>".repeat(100_000)}<startEvent`),
  "entities": () =>
    `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${
      PLAIN.replace("A", "&b;")
    }`,
  "an external entity": () =>
    `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${PLAIN.replace("A", "&a;")}`,
  "a DOCTYPE of five megabytes": () => `<!DOCTYPE x [${"<!ELEMENT x (#PCDATA)>".repeat(230_000)}]>${PLAIN}`,
  "an attribute of ten million characters": () => PLAIN.replace('id="A"', `id="${"A".repeat(10_000_000)}"`),
};
