import { accept, process, reject, type RuleCase } from "./case.ts";

const ITEMS = '<itemDefinition id="one" structureRef="xsd:string"/>' +
  '<itemDefinition id="many" structureRef="xsd:string" isCollection="true"/>';

/** An object `d` and a reference `r` to it. */
function reference(name: string, state = '<dataState name="open"/>', object = 'name="Order"'): string {
  return process(`<dataObject id="d" ${object}/><dataObjectReference id="r" dataObjectRef="d" ${name}>${state}
    </dataObjectReference>`);
}

/** A task whose ioSpecification has inputs `i1`, `i2`, outputs `o1`, `o2` and the given sets. */
function io(inputSet: string, outputSet: string, owner = "task"): string {
  return process(
    `<${owner} id="t"><ioSpecification id="io"><dataInput id="i1"/><dataInput id="i2"/><dataOutput id="o1"/>
    <dataOutput id="o2"/><inputSet id="in">${inputSet}</inputSet><outputSet id="out">${outputSet}</outputSet>
    </ioSpecification></${owner}>`,
  );
}

const INPUTS = "<dataInputRefs>i1</dataInputRefs><dataInputRefs>i2</dataInputRefs>";
const OUTPUTS = "<dataOutputRefs>o1</dataOutputRefs><dataOutputRefs>o2</dataOutputRefs>";

export const dataCases: readonly RuleCase[] = [
  reject(
    "EXT020",
    "d",
    "a collection of one",
    ITEMS + process('<dataObject id="d" isCollection="true" itemSubjectRef="one"/>'),
  ),
  reject(
    "EXT020",
    "d",
    "one of a collection, by default",
    ITEMS + process('<dataObject id="d" itemSubjectRef="many"/>'),
  ),
  reject(
    "EXT020",
    "i",
    "a data input",
    ITEMS +
      process(
        '<ioSpecification id="io"><dataInput id="i" isCollection="false" itemSubjectRef="many"/></ioSpecification>',
      ),
  ),
  accept("EXT020", "both", ITEMS + process('<dataObject id="d" isCollection="true" itemSubjectRef="many"/>')),
  accept(
    "EXT020",
    "neither",
    ITEMS + process('<dataObject id="d" isCollection="false" itemSubjectRef="one"/>'),
  ),
  accept("EXT020", "no type", process('<dataObject id="d" isCollection="true"/>')),

  reject("EXT076", "r", "another object", reference('name="Invoice [open]"')),
  reject("EXT076", "r", "another state", reference('name="Order [closed]"')),
  reject("EXT076", "r", "no state in the name", reference('name="Order"')),
  accept("EXT076", "object and state", reference('name="Order [open]"')),
  accept("EXT076", "no state", reference('name="The order"', "")),
  accept("EXT076", "an object without name", reference('name="Order [open]"', undefined, "")),

  ...["subProcess", "transaction", "adHocSubProcess"].map((kind) =>
    reject("EXT079", "t", kind, io(INPUTS, OUTPUTS, kind))
  ),
  accept(
    "EXT079",
    "a task in a sub-process",
    process('<subProcess id="s"><task id="t"><ioSpecification/></task></subProcess>'),
  ),

  reject("EXT084", "i2", "an input in no set", io("<dataInputRefs>i1</dataInputRefs>", OUTPUTS)),
  reject(
    "EXT084",
    "d",
    "an end event's input in no set",
    process('<endEvent id="e"><dataInput id="d"/><inputSet/></endEvent>'),
  ),
  accept("EXT084", "all in one set", io(INPUTS, OUTPUTS)),
  reject(
    "EXT085",
    "in",
    "only optional",
    io("<dataInputRefs>i1</dataInputRefs><optionalInputRefs>i2</optionalInputRefs>", OUTPUTS),
  ),
  accept("EXT085", "both", io(`${INPUTS}<optionalInputRefs>i2</optionalInputRefs>`, OUTPUTS)),
  reject(
    "EXT086",
    "in",
    "only while executing",
    io("<dataInputRefs>i1</dataInputRefs><whileExecutingInputRefs>i2</whileExecutingInputRefs>", OUTPUTS),
  ),
  accept("EXT086", "both", io(`${INPUTS}<whileExecutingInputRefs>i2</whileExecutingInputRefs>`, OUTPUTS)),
  reject("EXT088", "o2", "an output in no set", io(INPUTS, "<dataOutputRefs>o1</dataOutputRefs>")),
  accept("EXT088", "all in one set", io(INPUTS, OUTPUTS)),
  reject(
    "EXT089",
    "out",
    "only optional",
    io(INPUTS, "<dataOutputRefs>o1</dataOutputRefs><optionalOutputRefs>o2</optionalOutputRefs>"),
  ),
  accept("EXT089", "both", io(INPUTS, `${OUTPUTS}<optionalOutputRefs>o2</optionalOutputRefs>`)),
  reject(
    "EXT090",
    "out",
    "only while executing",
    io(INPUTS, "<dataOutputRefs>o1</dataOutputRefs><whileExecutingOutputRefs>o2</whileExecutingOutputRefs>"),
  ),
  accept("EXT090", "both", io(INPUTS, `${OUTPUTS}<whileExecutingOutputRefs>o2</whileExecutingOutputRefs>`)),
];
