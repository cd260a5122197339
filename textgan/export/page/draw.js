// The first part of the page: lines of a seed, and the settings that they are drawn with.

import { drawnConditions } from "./conditions.js";
import { byId, lineItem } from "./dom.js";
import { drawLatent, lineSeed } from "./latents.js";
import { visible, writeLines } from "./lines.js";

const LINES = 20; // at a time
const FIRST_SEED = 1n;
const WIDEST = 60; // symbols for which a column is made

/** The lines `first` to `first` + `count` − 1 of a choice, each with its seed. */
export function linesOf(model, choice, first, count) {
  const seeds = Array.from({ length: count }, (_, i) => lineSeed(choice.seed, first + i));
  const latents = seeds.map((seed) => drawLatent(model, seed, choice.label, choice.codes));
  return writeLines(model, latents).map((line, i) => ({ ...line, seed: seeds[i] }));
}

/** The command that writes these lines. */
export function commandOf(model, choice, count) {
  const words = ["textgan", "sample", model.name, "-n", count, "--seed", choice.seed];
  if (choice.label !== null) words.push("--label", model.inputs.labels[choice.label]);
  choice.codes.forEach((value, code) => value !== null && words.push("--code", `${code}=${value}`));
  return words.map(quoted).join(" ");
}

/** A word as a shell reads it. */
function quoted(word) {
  const text = String(word);
  return /^[\w.=-]+$/.test(text) ? text : `'${visible(text).replaceAll("'", "'\\''")}'`;
}

/** Start the part: `onLines` is called with the lines of a new draw, `onChoose` with a line. */
export function startDraw(model, { onLines, onChoose }) {
  const { categorical, continuous } = model.inputs;
  const codes = Array(categorical.length + continuous).fill(null);
  const choice = { seed: FIRST_SEED, label: null, codes };
  const [list, seed, status] = [byId("lines"), byId("seed"), byId("draw-status")];
  list.style.setProperty("--least", `${Math.min(model.length, WIDEST) + 2}ch`);
  let shown = 0;

  function add() {
    const started = performance.now();
    const lines = linesOf(model, choice, shown, LINES);
    const time = Math.max(1, Math.round(performance.now() - started));
    list.append(...lines.map((line) => lineItem(model, line, onChoose)));
    shown += lines.length;
    const which = shown > LINES ? `Lines ${shown - LINES + 1} to ${shown}` : `${LINES} lines`;
    status.textContent = `${which} of seed ${choice.seed}, in ${time} milliseconds.`;
    return lines;
  }

  function redraw() {
    seed.value = choice.seed;
    list.replaceChildren();
    shown = 0;
    onLines(add(), list.querySelector("button"), choice);
  }

  byId("conditions").append(...drawnConditions(model, choice, redraw));
  byId("draw-new").addEventListener("click", () => {
    choice.seed = BigInt(crypto.getRandomValues(new Uint32Array(1))[0]);
    redraw();
  });
  byId("draw-more").addEventListener("click", () => {
    const before = list.children.length;
    add();
    list.children[before].querySelector("button").focus();
  });
  byId("choice").addEventListener("submit", (event) => event.preventDefault());
  seed.addEventListener("change", () => {
    const valid = /^-?\d+$/.test(seed.value.trim());
    seed.setAttribute("aria-invalid", String(!valid));
    if (!valid) {
      status.textContent = `Found seed “${visible(seed.value)}”, expected a whole number, as 7.`;
      return;
    }
    choice.seed = BigInt(seed.value.trim());
    redraw();
  });
  redraw();
}
