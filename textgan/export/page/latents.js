// Latents: the noise of a line, its codes and its label, as in textgan/inputs/latents.py.

import { bits, normal, uniform } from "./random.js";

// Of textgan.inputs.noise.Purpose: the last part of the key of a random number.
const LINE_SEED = 4;
const LINE_NOISE = 5;
const CODES = 6;
const LINE_LABEL = 9;

/** The seed of line `number` of `seed`, a BigInt from 0 to 2^63 − 1. */
export function lineSeed(seed, number) {
  return bits(seed, [LINE_SEED], BigInt(number), 1)[0] >> 1n;
}

/**
 * The latent of a line by its seed.
 *
 * `label` is a number, or null: drawn as frequently as in the training text. `codes` has a value or
 * null, which is drawn, for each code.
 */
export function drawLatent(model, seed, label, codes) {
  const { noise, categorical, continuous, labels, trainingLabels, latent } = model.inputs;
  const numbers = new Float32Array(latent);
  numbers.set(normal(0n, [LINE_NOISE], seed, noise));
  if (codes.length) {
    const draws = uniform(0n, [LINE_NOISE, CODES], seed, categorical.length + continuous);
    const values = draws.map((draw, code) => {
      if (codes[code] !== null) return codes[code];
      return code < categorical.length ? Math.floor(draw * categorical[code]) : 2 * draw - 1;
    });
    values.forEach((value, code) => setCode(model, numbers, code, value));
  }
  if (labels.length) {
    const drawn = () =>
      trainingLabels[Number(bits(0n, [LINE_LABEL], seed, 1)[0] % BigInt(trainingLabels.length))];
    setLabel(model, numbers, label ?? drawn());
  }
  return numbers;
}

/** Where a code is in a latent: its first number, and how many numbers it has. */
function placeOfCode(model, code) {
  const { noise, categorical } = model.inputs;
  const sizes = Array.from({ length: code }, (_, before) => categorical[before] ?? 1);
  return [noise + sizes.reduce((sum, size) => sum + size, 0), categorical[code] ?? 1];
}

export function setCode(model, latent, code, value) {
  const [start, size] = placeOfCode(model, code);
  if (code >= model.inputs.categorical.length) latent[start] = value;
  else latent.fill(0, start, start + size)[start + value] = 1;
}

export function codeOf(model, latent, code) {
  const [start, size] = placeOfCode(model, code);
  if (code >= model.inputs.categorical.length) return latent[start];
  return largest(latent.subarray(start, start + size));
}

export function setLabel(model, latent, label) {
  const start = latent.length - model.inputs.labels.length;
  latent.fill(0, start)[start + label] = 1;
}

export function labelOf(model, latent) {
  return largest(latent.subarray(latent.length - model.inputs.labels.length));
}

function largest(numbers) {
  return numbers.indexOf(Math.max(...numbers));
}

/**
 * The latent at a share of the way between two, as textgan/sampling/interpolation.py: noise on a
 * great circle, codes and labels on a straight line.
 */
export function between(start, end, share, noise) {
  const dot = (a, b) => a.subarray(0, noise).reduce((sum, x, i) => sum + x * b[i], 0);
  const cosine = dot(start, end) / Math.sqrt(dot(start, start) * dot(end, end));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const round = Math.sin(angle) >= 1e-6; // otherwise both have one direction: there is no circle
  const a = Math.sin((1 - share) * angle) / Math.sin(angle);
  const b = Math.sin(share * angle) / Math.sin(angle);
  return start.map((x, i) => {
    const y = end[i];
    return round && i < noise ? a * x + b * y : x + share * (y - x);
  });
}
