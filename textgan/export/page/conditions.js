// What lines are drawn for: a label and codes, where the model has them.

import { chooser, element, slider } from "./dom.js";
import { visible } from "./lines.js";

/** The names of the labels and codes of a model, and how many there are. */
function controls(model) {
  const { labels, categorical, continuous } = model.inputs;
  const values = (size) => Array.from({ length: size }, (_, value) => String(value));
  return {
    labels: labels.map(visible),
    codes: [...categorical.map(values), ...Array(continuous).fill(null)], // null: −1 to 1
  };
}

const CONTINUOUS = { min: -1, max: 1, step: 0.01 };

/** Controls of the label and codes of all lines; each may be drawn. `choice` is kept up to date. */
export function drawnConditions(model, choice, change) {
  const { labels, codes } = controls(model);
  const nodes = [];
  const changed = (set) => (value) => {
    set(value);
    change();
  };
  if (labels.length) {
    const set = changed((value) => (choice.label = value));
    nodes.push(
      chooser("Label", labels, { drawn: "as in the training text", value: null }, set).node,
    );
  }
  codes.forEach((values, code) => {
    const set = changed((value) => (choice.codes[code] = value));
    const name = `Code ${code}`;
    if (values) nodes.push(chooser(name, values, { drawn: "drawn", value: null }, set).node);
    else nodes.push(optionalSlider(name, set));
  });
  return nodes;
}

/** A slider behind a list of two: drawn, or the value of the slider. */
function optionalSlider(name, set) {
  let value = 0;
  const range = slider(`${name}, value`, { ...CONTINUOUS, value }, (number) =>
    set((value = number)),
  );
  range.node.hidden = true;
  const select = chooser(name, ["fixed"], { drawn: "drawn", value: null }, (chosen) => {
    range.node.hidden = chosen === null;
    set(chosen === null ? null : value);
  });
  return element("div", { className: "optional" }, select.node, range.node);
}

/** Controls of the label and codes of one line: `set` moves them, `change` is called by them. */
export function lineConditions(model, change) {
  const { labels, codes } = controls(model);
  const label = labels.length
    ? chooser("Label", labels, { value: 0 }, (value) => change({ label: value }))
    : null;
  const ofCodes = codes.map((values, code) => {
    const set = (value) => change({ code, value });
    if (values) return chooser(`Code ${code}`, values, { value: 0 }, set);
    return slider(`Code ${code}`, { ...CONTINUOUS, value: 0 }, set);
  });
  return {
    label,
    codes: ofCodes,
    nodes: [...(label ? [label] : []), ...ofCodes].map((each) => each.node),
  };
}
