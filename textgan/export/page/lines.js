// Lines: what the logits of the generator say at each position, as symbols with probabilities.

import { computeLogits } from "./generator.js";

export const EMPTY = "(empty line)"; // what is shown for a line without symbols
const PADDING = 0; // the number of the symbol that ends a line

/**
 * The lines of latents: of each its latent, its text and its symbols.
 *
 * A symbol is {id, text, probability}: the likeliest one of its position. The last has the number 0
 * and ends the line, unless the line has all positions.
 */
export function writeLines(model, latents) {
  return computeLogits(model, latents).map((logits, i) => {
    const symbols = [];
    for (let t = 0; t < model.length; t++) {
      const row = positionOf(model, logits, t);
      const id = row.reduce((best, value, v) => (value > row[best] ? v : best), 0);
      symbols.push({ id, text: model.vocabulary[id], probability: probabilities(model, row)[id] });
      if (id === PADDING) break;
    }
    const text = decode(model, symbols.map((symbol) => symbol.text).join(""));
    return { latent: latents[i], logits, symbols, text };
  });
}

/** The symbols at position t of a line, the likeliest first. */
export function alternatives(model, line, t, count) {
  return [...probabilities(model, positionOf(model, line.logits, t))]
    .map((probability, id) => ({ id, text: model.vocabulary[id], probability }))
    .sort((a, b) => b.probability - a.probability || a.id - b.id)
    .slice(0, count);
}

function positionOf(model, logits, t) {
  const V = model.vocabulary.length;
  return logits.subarray(t * V, (t + 1) * V);
}

/** softmax(κ·logits): the row that the critic receives. */
function probabilities(model, row) {
  const highest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = Float64Array.from(row, (value) => Math.exp(model.sharpness * (value - highest)));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** The text of joined symbols; those of bytes are Latin-1 for UTF-8. */
export function decode(model, text) {
  if (model.unit !== "byte") return text;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/**
 * Symbols in groups that are shown together: with the marks that combine with them, and the bytes
 * of a character. Of each its text, made visible, and the lowest of its probabilities.
 */
export function groupSymbols(model, symbols) {
  const groups = [];
  for (const symbol of symbols) {
    const before = groups.at(-1)?.at(-1);
    const joined = before && symbol.id !== PADDING && joins(model, before.text, symbol.text);
    if (joined) groups.at(-1).push(symbol);
    else groups.push([symbol]);
  }
  return groups.map((group) => ({
    text: marked(decode(model, group.map((symbol) => symbol.text).join(""))),
    end: group[0].id === PADDING,
    probability: Math.min(...group.map((symbol) => symbol.probability)),
  }));
}

function joins(model, before, symbol) {
  if (model.unit === "byte") return /^[\x80-\xbf]/.test(symbol);
  return /\u200d$/u.test(before) || /^[\p{M}\u200c\u200d\u{1f3fb}-\u{1f3ff}]$/u.test(symbol);
}

/** A text in which no character acts, as textgan.evaluation.render.visible makes it. */
export function visible(text) {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "␡";
    if ("\u200c\u200d".includes(character)) return character;
    if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) return character;
    return code < 0x10000 ? `\\u${hexadecimal(code, 4)}` : `\\U${hexadecimal(code, 8)}`;
  }).join("");
}

/** The name of one symbol alone. */
export function symbolName(model, { id, text }) {
  if (id === PADDING) return "↵";
  if (model.unit === "byte" && text > "\x7f") return `\\x${hexadecimal(text.charCodeAt(0), 2)}`;
  return /^\p{M}/u.test(text) ? `◌${text}` : marked(text);
}

/** A visible text in which spaces are seen as well. */
function marked(text) {
  return visible(text).replaceAll(" ", "␣");
}

function hexadecimal(code, digits) {
  return code.toString(16).padStart(digits, "0");
}
