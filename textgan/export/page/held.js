// The second part of the page: one line, whose noise, label and codes are moved.

import { lineConditions } from "./conditions.js";
import { byId, element, percent, shadeOf, slider } from "./dom.js";
import { codeOf, labelOf, setCode, setLabel } from "./latents.js";
import { EMPTY, alternatives, symbolName, visible, writeLines } from "./lines.js";

const RANGE = { min: -4, max: 4, step: 0.01 }; // standard deviations
const ALTERNATIVES = 6; // symbols listed for a position
const SPOKEN = { "␣": "space", "↵": "end of line" };

/** Start the part; returns what holds a line, and what gives the line as it is now. */
export function startHeld(model) {
  const { noise } = model.inputs;
  let [line, origin, position] = [null, null, 0];

  function move(change) {
    const latent = Float32Array.from(line.latent);
    change(latent);
    [line] = writeLines(model, [latent]);
    show();
  }

  /** A slider of the coordinate of the noise along a direction, a vector of length 1. */
  function along(name, direction) {
    const coordinate = (latent) => direction.reduce((sum, x, i) => sum + x * latent[i], 0);
    const { node, set } = slider(name, { ...RANGE, value: 0 }, (value) =>
      move((latent) => {
        const step = value - coordinate(latent);
        direction.forEach((x, i) => (latent[i] += step * x));
      }),
    );
    return { node, set: () => set(coordinate(line.latent)) };
  }

  const sliders = model.directions.map((direction, i) => along(`Direction ${i + 1}`, direction));
  const conditions = lineConditions(model, ({ label, code, value }) =>
    move((latent) =>
      code === undefined ? setLabel(model, latent, label) : setCode(model, latent, code, value),
    ),
  );
  byId("directions").append(...sliders.map((each) => each.node));
  byId("held-conditions").append(...conditions.nodes);
  byId("all-noise").addEventListener("toggle", () => {
    if (byId("noise").childElementCount) return;
    const axes = Array.from({ length: noise }, (_, i) =>
      along(
        `z ${i + 1}`,
        Array.from({ length: noise }, (_, j) => Number(i === j)),
      ),
    );
    byId("noise").append(...axes.map((each) => each.node));
    sliders.push(...axes);
    show();
  });

  function show() {
    byId("held-text").textContent = visible(line.text) || EMPTY;
    byId("held-origin").textContent = describeOrigin();
    byId("held-undo").disabled = line === origin;
    position = Math.min(position, line.symbols.length - 1);
    showSymbols();
    sliders.forEach((each) => each.set());
    conditions.label?.set(labelOf(model, line.latent));
    conditions.codes.forEach((each, code) => each.set(codeOf(model, line.latent, code)));
  }

  function describeOrigin() {
    const from =
      origin.seed === undefined ? "a line of the walk" : `the line of seed ${origin.seed}`;
    return line === origin ? `This is ${from}.` : `Moved from ${from}.`;
  }

  /** One radio button a symbol: arrow keys go from one to the next. */
  function showSymbols() {
    const focused = document.activeElement?.name === "position";
    const nodes = line.symbols.map((symbol, t) => {
      const input = element("input", { type: "radio", name: "position", checked: t === position });
      const name = symbolName(model, symbol);
      const spoken = SPOKEN[name] ?? name;
      input.setAttribute(
        "aria-label",
        `Position ${t + 1}: ${spoken}, ${percent(symbol.probability)}`,
      );
      input.addEventListener("change", () => {
        position = t;
        showAlternatives();
      });
      const cell = element(
        "span",
        { className: shadeOf(symbol.probability), title: percent(symbol.probability) },
        name,
      );
      return element("label", {}, input, cell);
    });
    byId("symbols").replaceChildren(...nodes);
    if (focused) nodes[position].firstChild.focus();
    showAlternatives();
  }

  function showAlternatives() {
    byId("position").textContent = `Position ${position + 1} of ${model.length}`;
    const rows = alternatives(model, line, position, ALTERNATIVES).map((symbol) => {
      const bar = element("span", { className: "bar" });
      bar.style.inlineSize = `${100 * symbol.probability}%`;
      return element(
        "li",
        {},
        element("span", { className: "symbol" }, symbolName(model, symbol)),
        element("span", { className: "track" }, bar),
        element("span", { className: "share" }, percent(symbol.probability)),
      );
    });
    byId("alternatives").replaceChildren(...rows);
  }

  function hold(chosen) {
    line = origin = chosen;
    const probabilities = line.symbols.map((symbol) => symbol.probability);
    position = probabilities.indexOf(Math.min(...probabilities));
    show();
  }

  byId("held-undo").addEventListener("click", () => hold(origin));
  return { hold, current: () => line };
}
