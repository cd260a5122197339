// Random numbers as corpora/rng.py draws them: pure functions of (seed, key, row, column).
//
// Each is one splitmix64 finaliser of its coordinates, in 64-bit integers, so BigInt. The seed of a
// line and its noise are therefore those of `textgan sample`.

const MASK = (1n << 64n) - 1n;
const GAMMA = 0x9e3779b97f4a7c15n; // 2^64 divided by the golden ratio, odd
const FIRST = 0xbf58476d1ce4e5b9n;
const SECOND = 0x94d049bb133111ebn;

function mix(word) {
  word = BigInt.asUintN(64, (word ^ (word >> 30n)) * FIRST);
  word = BigInt.asUintN(64, (word ^ (word >> 27n)) * SECOND);
  return word ^ (word >> 31n);
}

/** One word for a sequence of integers of any size and sign. */
function absorb(numbers) {
  let state = 0n;
  for (const number of numbers) {
    const limbs = [number < 0n ? 1n : 0n];
    let rest = number < 0n ? -number : number;
    do {
      limbs.push(rest & MASK);
      rest >>= 64n;
    } while (rest);
    for (const limb of [BigInt(limbs.length), ...limbs]) {
      state = mix(((state + GAMMA) & MASK) ^ mix((limb + GAMMA) & MASK));
    }
  }
  return state;
}

/** Words of 64 random bits, as many as `columns`; `row` is from 0 to 2^64 − 1. */
export function bits(seed, key, row, columns) {
  const line = mix(BigInt.asUintN(64, row * GAMMA + absorb([seed, ...key.map(BigInt)])));
  return Array.from({ length: columns }, (_, column) =>
    mix(line ^ mix(BigInt.asUintN(64, BigInt(column + 1) * GAMMA))),
  );
}

/** Numbers in [0, 1), multiples of 2^-53. */
export function uniform(seed, key, row, columns) {
  return bits(seed, key, row, columns).map((word) => Number(word >> 11n) * 2 ** -53);
}

/** Standard normal numbers by Box and Muller, two from each word, rounded as numpy rounds them. */
export function normal(seed, key, row, columns) {
  const numbers = new Float32Array(columns + (columns % 2));
  bits(seed, key, row, numbers.length / 2).forEach((word, j) => {
    const u = (Number(word >> 32n) + 0.5) * 2 ** -32;
    const v = Number(word & 0xffffffffn) * 2 ** -32;
    const radius = Math.fround(Math.sqrt(-2 * Math.log(u)));
    const angle = Math.fround(2 * Math.PI * v);
    numbers[2 * j] = radius * Math.fround(Math.cos(angle));
    numbers[2 * j + 1] = radius * Math.fround(Math.sin(angle));
  });
  return numbers.slice(0, columns);
}
