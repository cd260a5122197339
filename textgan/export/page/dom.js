// Elements of the page. Text is always set as text, never as markup.

import { EMPTY, groupSymbols } from "./lines.js";

export function byId(id) {
  return document.getElementById(id);
}

/** An element with properties and children, which are elements or texts. */
export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const LEAST = [0.95, 0.8, 0.5, 0]; // the lowest probability of each shade

export function shadeOf(probability) {
  return `b${LEAST.findIndex((least) => probability >= least)}`;
}

export function percent(probability) {
  const share = 100 * probability;
  if (share > 0 && share < 1) return "< 1%";
  if (share < 100 && share > 99) return "> 99%";
  return `${Math.round(share)}%`;
}

/** The symbols of a line, each shaded by how sure the generator is of it. */
function shaded(model, line) {
  const groups = groupSymbols(model, line.symbols).filter((group) => !group.end);
  const cells = groups.map(({ text, probability }) =>
    element("span", { className: shadeOf(probability), title: percent(probability) }, text),
  );
  return element("bdi", {}, ...(cells.length ? cells : [EMPTY]));
}

/** A line as an item of a list: a button, which calls `choose` with the line. */
export function lineItem(model, line, choose) {
  const button = element("button", { type: "button", className: "line" }, shaded(model, line));
  button.setAttribute("aria-label", line.text || EMPTY);
  button.addEventListener("click", () => choose(line, button));
  return element("li", {}, button);
}

/** A slider with its name and its value. */
export function slider(name, { min, max, step, value }, change) {
  const input = element("input", { type: "range", min, max, step, value });
  const output = element("output", {}, "");
  output.setAttribute("aria-hidden", "true"); // a screen reader says the value of the slider
  const set = (number) => {
    input.value = number;
    output.textContent = number.toFixed(2).replace("-", "−");
  };
  input.addEventListener("input", () => {
    set(Number(input.value));
    change(Number(input.value));
  });
  set(value);
  return {
    node: element("label", { className: "slider" }, element("span", {}, name), input, output),
    set,
  };
}

/** A list to choose from: texts, of which the value is the number, or null for the text `drawn`. */
export function chooser(name, options, { drawn, value }, change) {
  const select = element("select");
  if (drawn) select.append(element("option", { value: "" }, drawn));
  options.forEach((option, number) => select.append(element("option", { value: number }, option)));
  const set = (number) => {
    select.value = number ?? "";
  };
  set(value);
  select.addEventListener("change", () =>
    change(select.value === "" ? null : Number(select.value)),
  );
  return { node: element("label", { className: "field" }, element("span", {}, name), select), set };
}
