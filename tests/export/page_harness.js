// What a test asks of the program of a page, without the page: it is put behind the modules.

const { bits, normal } = modules.random;
const { between, drawLatent, lineSeed } = modules.latents;
const { computeLogits, fromBase64, readModel } = modules.generator;
const { writeLines } = modules.lines;

const data = (id) => document.getElementById(id).textContent;
const model = readModel(
  JSON.parse(data("model")),
  fromBase64(data("weights")),
  fromBase64(data("labels")),
);
const asked = JSON.parse(data("asked"));

function latentsOf({ seed, label, codes, count }) {
  const seeds = Array.from({ length: count }, (_, number) => lineSeed(BigInt(seed), number));
  return seeds.map((each) => drawLatent(model, each, label, codes));
}

function texts(latents) {
  const lines = [];
  for (let i = 0; i < latents.length; i += 50)
    lines.push(...writeLines(model, latents.slice(i, i + 50)));
  return lines.map((line) => line.text);
}

function walk({ start, end, count, label, codes }) {
  const [a, b] = [start, end].map((seed) => drawLatent(model, BigInt(seed), label, codes));
  const { noise } = model.inputs;
  return Array.from({ length: count }, (_, i) => between(a, b, i / (count - 1), noise));
}

const numbers = (row) => Array.from(row, (value) => (Number.isFinite(value) ? value : null));
const steps = asked.walk ? walk(asked.walk) : [];
const answer = {
  bits: asked.bits.map(([seed, row]) => bits(BigInt(seed), [4, 7], BigInt(row), 3).map(String)),
  normal: asked.bits.map(([seed, row]) => numbers(normal(BigInt(seed), [5], BigInt(row), 9))),
  lines: asked.lines.map((each) => texts(latentsOf(each))),
  walk: { latents: steps.map(numbers), lines: texts(steps) },
  logits: computeLogits(model, latentsOf({ ...asked.lines[0], count: 5 })).map(numbers),
};
document.getElementById("answer").textContent = JSON.stringify(answer);
