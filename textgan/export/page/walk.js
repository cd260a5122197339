// The third part of the page: the lines on the way from one line to another.

import { byId, lineItem } from "./dom.js";
import { between } from "./latents.js";
import { EMPTY, visible, writeLines } from "./lines.js";

/** The lines at `count` equal steps from one latent to another, both ends included. */
export function walk(model, start, end, count) {
  const shares = Array.from({ length: count }, (_, i) => i / (count - 1));
  const latents = shares.map((share) => between(start, end, share, model.inputs.noise));
  return writeLines(model, latents);
}

/** Start the part; returns what sets its ends, a line each. */
export function startWalk(model, { onChoose }) {
  const ends = { start: null, end: null };
  const count = byId("walk-count");

  function show() {
    for (const [name, line] of Object.entries(ends)) {
      byId(`walk-${name}`).textContent = visible(line.text) || EMPTY;
    }
    const lines = walk(model, ends.start.latent, ends.end.latent, clamp(count));
    byId("walk-lines").replaceChildren(...lines.map((line) => lineItem(model, line, onChoose)));
  }

  count.addEventListener("change", show);
  byId("walk-swap").addEventListener("click", () => {
    [ends.start, ends.end] = [ends.end, ends.start];
    show();
  });
  return (changed) => {
    Object.assign(ends, changed);
    show();
  };
}

/** The number in a field, moved into its bounds. */
export function clamp(field) {
  const [min, max] = [Number(field.min), Number(field.max)];
  const number = Math.min(max, Math.max(min, Math.round(Number(field.value)) || min));
  field.value = number;
  return number;
}
