// Softmax, its Jacobian and the losses, for a handful of classes: the formulas of the Python
// package in the same letters. tests/browser/test_maths.py holds the two against each other.

export const sum = (x) => x.reduce((total, value) => total + value, 0);

export const largest = (x) => Math.max(...x.map(Math.abs));

// What to take off all logits: 0, but where exponentials would overflow or vanish, for to round
// zj - shift costs digits. `largestNumber` is that of the float type.
export function shiftOf(z, largestNumber = Number.MAX_VALUE) {
  const limit = 0.7 * Math.log(largestNumber);
  const [zMin, zMax] = [Math.min(...z), Math.max(...z)];
  if (-limit <= zMin && zMax <= limit) return 0;
  return Math.floor(zMax - Math.min(Math.max(zMax, 0), limit));
}

export function softmax(z) {
  const shift = shiftOf(z);
  const e = z.map((zj) => Math.exp(zj - shift));
  const S = sum(e);
  return e.map((ej) => ej / S);
}

export function logSoftmax(z) {
  const m = z.indexOf(Math.max(...z));
  const rest = sum(z.filter((_, k) => k !== m).map((zk) => Math.exp(zk - z[m])));
  return z.map((zj) => zj - z[m] - Math.log1p(rest));
}

// The sum of all entries but one, for each: 1 - h_j without losing the digits of a confident h.
export const sumOfOthers = (x) => x.map((_, j) => sum(x.filter((_, k) => k !== j)));

export function jacobian(h) {
  const rest = sumOfOthers(h);
  return h.map((hi, i) => h.map((hj, j) => (i === j ? hi * rest[i] : -hi * hj)));
}

// Row i of J weighted by the error that arrives at output i.
export const weightedRows = (J, upstream) => J.map((row, i) => row.map((Jik) => upstream[i] * Jik));

// Jᵀσ without J: h ∘ (σ - ⟨h, σ⟩), each σ_k first compared with every other σ_i.
export const vjp = (h, upstream) =>
  h.map((hk, k) => hk * sum(h.map((hi, i) => hi * (upstream[k] - upstream[i]))));

export const diagonalOnly = (h, upstream) => {
  const rest = sumOfOthers(h);
  return h.map((hj, j) => upstream[j] * hj * rest[j]);
};

export const crossEntropy = (z, t) => {
  const logH = logSoftmax(z);
  return -sum(t.map((tk, k) => (tk === 0 ? 0 : tk * logH[k])));
};

// ∂C/∂h; 0 for a class that the target leaves out, whatever its h.
export const crossEntropyUpstream = (h, t) => h.map((hi, i) => (t[i] === 0 ? 0 : -t[i] / hi));

// ∂C/∂z = h Σt - t, with 1 - h_j as the sum of the other h.
export function crossEntropyGradient(h, t) {
  const [restOfH, restOfT] = [sumOfOthers(h), sumOfOthers(t)];
  return h.map((hj, j) => hj * restOfT[j] - t[j] * restOfH[j]);
}

export const squaredError = (h, t) => sum(h.map((hk, k) => (hk - t[k]) ** 2));

export const squaredErrorUpstream = (h, t) => h.map((hk, k) => 2 * (hk - t[k]));

const STEP = Number.EPSILON ** (1 / 3);

// The derivative of a function of z by central differences: of a number or of a list of them.
export function centralDifferences(f, z) {
  const moved = (k, step) => f(z.map((zk, j) => (j === k ? zk + step : zk)));
  return z.map((_, k) => {
    const [above, below] = [moved(k, STEP), moved(k, -STEP)];
    return Array.isArray(above)
      ? above.map((value, i) => (value - below[i]) / (2 * STEP))
      : (above - below) / (2 * STEP);
  });
}
