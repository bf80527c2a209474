/**
 * From a large file to a model that runs, beside bpmn-moddle, which only reads the file.
 *
 * @module
 */
import { BpmnModdle } from "bpmn-moddle";
import { compileBpmn } from "../../engine/mod.ts";
import { type BenchCase, row } from "../case.ts";
import { largeBpmn } from "../models/large.ts";
import { rate } from "../rate.ts";

const BYTES = 1_000_000;

const parse: BenchCase = {
  name: "parse",
  async run(context) {
    const xml = largeBpmn(BYTES);
    const { models: [model] } = compileBpmn(xml);
    const elements = model.elements.size;
    context.log(`a file of ${xml.length} bytes with ${elements} elements`);
    const moddle = await rate(async () => {
      const { warnings } = await new BpmnModdle().fromXML(xml);
      if (warnings.length > 0) throw new Error(`Cannot measure bpmn-moddle: ${warnings[0].message}`);
    }, { ms: context.measureMs });
    const own = await rate(() => void compileBpmn(xml), { ms: context.measureMs });
    return [row({
      case: "parse, check and compile 1 MB of BPMN",
      value: own,
      unit: "files/s",
      peer: { name: "bpmn-moddle 10.3.1", value: moddle },
      atLeast: 1,
      configuration:
        `${xml.length} bytes, ${elements} flow nodes, ${
          xml.split("<conditionExpression").length - 1
        } conditions in FEEL, with a diagram; ` +
        "the peer reads the file into objects, and neither checks, links nor compiles",
    })];
  },
};

export default parse;
