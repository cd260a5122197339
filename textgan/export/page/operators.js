// The operators that textgan/export/networks.py writes, as ONNX defines them; of each what is used.
// A tensor is {shape, data}. Sums are in float64, results in float32. Weights are float32 numbers
// too, in a Float64Array, which saves conversions.

function product(sizes) {
  return sizes.reduce((result, size) => result * size, 1);
}

function tensor(shape, data) {
  return { shape, data: data ?? new Float32Array(product(shape)) };
}

const map = (x, change) => tensor(x.shape, x.data.map(change));

/** A shape with another size of one axis. */
function replaced(shape, axis, size) {
  return [...shape.slice(0, axis), size, ...shape.slice(axis + 1)];
}

/** How far apart the entries of each axis are; 0 where one entry stands for all. */
function strides(shape, rank) {
  const result = Array(rank).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis + rank - shape.length] = shape[axis] === 1 ? 0 : step;
    step *= shape[axis];
  }
  return result;
}

/** Call visit(place, place in a, place in b) for each entry of `shape`, in order. */
function forEach(shape, a, b, visit) {
  const index = shape.map(() => 0);
  let [i, j] = [0, 0];
  const size = product(shape);
  for (let place = 0; place < size; place++) {
    visit(place, i, j);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      i += a[axis];
      j += b[axis];
      if (++index[axis] < shape[axis]) break;
      i -= a[axis] * shape[axis];
      j -= b[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/** An operator on two tensors, each entry of one with its counterpart in the other. */
function pairwise(compute) {
  return ([x, y]) => {
    const rank = Math.max(x.shape.length, y.shape.length);
    const size = (shape, axis) => shape[axis + shape.length - rank] ?? 1;
    const shape = Array.from({ length: rank }, (_, k) =>
      Math.max(size(x.shape, k), size(y.shape, k)),
    );
    const result = tensor(shape);
    forEach(shape, strides(x.shape, rank), strides(y.shape, rank), (place, i, j) => {
      result.data[place] = compute(x.data[i], y.data[j]);
    });
    return result;
  };
}

function transpose([x], { perm }) {
  const shape = perm.map((axis) => x.shape[axis]);
  const steps = strides(x.shape, perm.length);
  const result = tensor(shape);
  const moved = perm.map((axis) => steps[axis]);
  forEach(shape, moved, moved, (place, i) => {
    result.data[place] = x.data[i];
  });
  return result;
}

/** a (N, K) and b (M, K) in float64: the product of each row of a with each row of b, (N, M). */
function dots(a, b, K) {
  const [N, M] = [a.length / K, b.length / K];
  const result = new Float64Array(N * M);
  let n = 0;
  for (; n + 4 <= N; n += 4) {
    const r0 = n * K;
    const r1 = r0 + K;
    const r2 = r1 + K;
    const r3 = r2 + K;
    for (let m = 0; m < M; m++) {
      const start = m * K;
      let s0 = 0; // four sums at a time: each number of b is read once
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < K; k++) {
        const value = b[start + k];
        s0 += a[r0 + k] * value;
        s1 += a[r1 + k] * value;
        s2 += a[r2 + k] * value;
        s3 += a[r3 + k] * value;
      }
      [s0, s1, s2, s3].forEach((sum, i) => (result[(n + i) * M + m] = sum));
    }
  }
  for (; n < N; n++) {
    for (let m = 0; m < M; m++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[n * K + k] * b[m * K + k];
      result[n * M + m] = sum;
    }
  }
  return result;
}

/** The transpose of a matrix of `rows` rows, in float64. */
function transposed(data, rows) {
  const columns = data.length / rows;
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  }
  return result;
}

/** x (B, C) by a weight (C', C), plus a bias: (B, C'). */
function gemm([x, weight, bias]) {
  const [out, C] = weight.shape;
  const sums = dots(weight.data, Float64Array.from(x.data), C);
  const data = Float32Array.from(
    transposed(sums, out),
    (sum, place) => sum + bias.data[place % out],
  );
  return tensor([x.shape[0], out], data);
}

/** a (B, N, K) by b, (K, M) or (B, K, M): (B, N, M). */
function matmul([a, b]) {
  const [B, N, K] = a.shape;
  const M = b.shape[b.shape.length - 1];
  const shared = b.shape.length === 2;
  const result = tensor([B, N, M]);
  let columns = shared ? transposed(b.data, K) : null;
  for (let i = 0; i < B; i++) {
    if (!shared) columns = transposed(b.data.subarray(i * K * M, (i + 1) * K * M), K);
    const rows = Float64Array.from(a.data.subarray(i * N * K, (i + 1) * N * K));
    result.data.set(dots(rows, columns, K), i * N * M);
  }
  return result;
}

/** x (B, C, T) by a weight (C', C, K): (B, C', T'). */
function conv([x, weight, bias], { pads: [before, after], strides: [stride] }) {
  const [B, C, T] = x.shape;
  const [out, , K] = weight.shape;
  const length = Math.floor((T + before + after - K) / stride) + 1;
  const result = tensor([B, out, length]);
  const windows = new Float64Array(length * C * K); // what each position of the output sees
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < length; t++) {
      for (let c = 0; c < C; c++) {
        for (let k = 0; k < K; k++) {
          const from = t * stride + k - before;
          const inside = from >= 0 && from < T;
          windows[(t * C + c) * K + k] = inside ? x.data[(b * C + c) * T + from] : 0;
        }
      }
    }
    addRows(result.data, dots(weight.data, windows, C * K), bias, b * out * length, length);
  }
  return result;
}

/** The transposed convolution of x (B, C, T) by a weight (C, C', K): (B, C', T'). */
function convTranspose([x, weight, bias], { pads: [before, after], strides: [stride] }) {
  const [B, C, T] = x.shape;
  const [, out, K] = weight.shape;
  const length = (T - 1) * stride + K - before - after;
  const result = tensor([B, out, length]);
  const kernels = transposed(weight.data, C); // (C'·K, C)
  for (let b = 0; b < B; b++) {
    const positions = transposed(x.data.subarray(b * C * T, (b + 1) * C * T), C); // (T, C)
    const parts = dots(kernels, positions, C); // (C'·K, T)
    const sums = new Float64Array(out * length);
    for (let o = 0; o < out; o++) {
      for (let k = 0; k < K; k++) {
        for (let t = 0; t < T; t++) {
          const to = t * stride + k - before;
          if (to >= 0 && to < length) sums[o * length + to] += parts[(o * K + k) * T + t];
        }
      }
    }
    addRows(result.data, sums, bias, b * out * length, length);
  }
  return result;
}

/** Write sums, rows of `length`, to `data` from `start` on, each row plus its bias. */
function addRows(data, sums, bias, start, length) {
  for (let i = 0; i < sums.length; i++) {
    data[start + i] = bias ? sums[i] + bias.data[Math.floor(i / length)] : sums[i];
  }
}

/** x (B, C, T), each channel by its running moments. */
function batchNormalization([x, scale, shift, mean, variance], { epsilon }) {
  const [, C, T] = x.shape;
  return map(x, (value, place) => {
    const c = Math.floor(place / T) % C;
    const deviation = Math.sqrt(variance.data[c] + epsilon);
    return ((value - mean.data[c]) / deviation) * scale.data[c] + shift.data[c];
  });
}

/** The softmax over the last axis. */
function softmax([x]) {
  const V = x.shape[x.shape.length - 1];
  const result = tensor(x.shape);
  for (let start = 0; start < x.data.length; start += V) {
    const row = Float64Array.from(x.data.subarray(start, start + V));
    const highest = row.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = row.map((value) => Math.exp(value - highest));
    const sum = powers.reduce((total, value) => total + value, 0);
    powers.forEach((value, v) => {
      result.data[start + v] = value / sum;
    });
  }
  return result;
}

/** The mean over one axis, which stays with size 1. */
function reduceMean([x], { axes: [axis] }) {
  const size = x.shape[axis];
  const inner = product(x.shape.slice(axis + 1));
  const sums = new Float64Array(x.data.length / size);
  x.data.forEach((value, place) => {
    sums[Math.floor(place / (inner * size)) * inner + (place % inner)] += value / size;
  });
  return tensor(replaced(x.shape, axis, 1), Float32Array.from(sums));
}

function concat(tensors, { axis }) {
  const outer = product(tensors[0].shape.slice(0, axis));
  const size = tensors.reduce((sum, x) => sum + x.shape[axis], 0);
  const result = tensor(replaced(tensors[0].shape, axis, size));
  let place = 0;
  for (let row = 0; row < outer; row++) {
    for (const { data } of tensors) {
      const part = data.subarray((row * data.length) / outer, ((row + 1) * data.length) / outer);
      result.data.set(part, place);
      place += part.length;
    }
  }
  return result;
}

/** The first entries of the last axis. */
function slice([x, start, end]) {
  const size = x.shape[x.shape.length - 1];
  const [first, last] = [start.data[0], Math.min(end.data[0], size)];
  const result = tensor([...x.shape.slice(0, -1), last - first]);
  for (let row = 0; row * size < x.data.length; row++) {
    const part = x.data.subarray(row * size + first, row * size + last);
    result.data.set(part, row * part.length);
  }
  return result;
}

function reshape([x, sizes]) {
  const shape = Array.from(sizes.data, (size, axis) => (size === 0 ? x.shape[axis] : size));
  const known = product(shape.filter((size) => size > 0));
  return tensor(
    shape.map((size) => (size < 0 ? x.data.length / known : size)),
    x.data,
  );
}

function unsqueeze([x, axes]) {
  const axis = axes.data[0];
  return tensor([...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)], x.data);
}

/** Name of an operator -> (inputs, attributes) -> output. */
export const OPERATORS = {
  Add: pairwise((x, y) => x + y),
  BatchNormalization: batchNormalization,
  Concat: concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Div: pairwise((x, y) => x / y),
  Gemm: gemm,
  Identity: ([x]) => x,
  MatMul: matmul,
  Mul: pairwise((x, y) => x * y),
  ReduceMean: reduceMean,
  Relu: ([x]) => map(x, (value) => Math.max(value, 0)),
  Reshape: reshape,
  Slice: slice,
  Softmax: softmax,
  Sqrt: ([x]) => map(x, Math.sqrt),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
