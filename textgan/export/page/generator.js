// The generator: the graph and its weights as the page has them, and what they compute of latents.

import { OPERATORS } from "./operators.js";

/** The bytes of a text in base64. */
export function fromBase64(text) {
  const characters = atob(text.trim());
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

/**
 * The model of the page's data: `description` is its JSON, `bytes` its float32 weights, `labels`
 * the label of each training line in one or two bytes.
 */
export function readModel(description, bytes, labels) {
  const numbers = new DataView(bytes.buffer);
  const weights = new Map();
  let offset = 0;
  for (const { name, shape, values } of description.weights) {
    const size = shape.reduce((result, each) => result * each, 1);
    const data = values ?? new Float64Array(size);
    if (!values) {
      for (let i = 0; i < size; i++, offset += 4) data[i] = numbers.getFloat32(offset, true);
    }
    weights.set(name, { shape, data });
  }
  const trainingLabels =
    description.inputs.labelBytes === 2 ? new Uint16Array(labels.buffer) : labels;
  return { ...description, inputs: { ...description.inputs, trainingLabels }, weights };
}

/** The logits of latents, one Float32Array of T·V for each. */
export function computeLogits(model, latents) {
  const { latent } = model.inputs;
  const data = new Float32Array(latents.length * latent);
  latents.forEach((each, line) => data.set(each, line * latent));
  const known = new Map(model.weights).set("latent", { shape: [latents.length, latent], data });
  for (const { op, inputs, output, attributes } of model.nodes) {
    known.set(
      output,
      OPERATORS[op](
        inputs.map((name) => known.get(name)),
        attributes,
      ),
    );
  }
  const size = model.length * model.vocabulary.length;
  const logits = known.get("logits").data;
  return latents.map((_, line) => logits.subarray(line * size, (line + 1) * size));
}
