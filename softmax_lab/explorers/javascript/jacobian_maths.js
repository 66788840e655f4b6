// What JacobianExplorer computes, and how its vectors keep to the number of its classes.

import * as maths from "./maths.js";
import { digitsFor, rounded, roundedTogether } from "./numbers.js";

// ---- the state

// As many entries as there are logits: the first ones, then zeros. The sum stays what it was; a
// target that has lost all its mass names the last class left.
function resizedTarget(old, n) {
  const t = Array.from({ length: n }, (_, k) => old[k] ?? 0);
  const left = maths.sum(t);
  if (left === 0) t[n - 1] = 1;
  return t.map((tk) => (tk * maths.sum(old)) / (left || 1));
}

const resized = (old, n, longest) =>
  old.length === n ? old : [...old, ...longest.slice(old.length)].slice(0, n);

// The state with n classes. `_longest` holds z and upstream as they go on for classes that are
// added. jacobian.py does the same: whoever changes z alone changes the other vectors too.
export function ofSize(n, { z, upstream, target, _longest: longest, ...rest }) {
  return {
    ...rest,
    z: resized(z, n, longest.z),
    upstream: resized(upstream, n, longest.upstream),
    target: target.length === n ? target : resizedTarget(target, n),
  };
}

// Give class k the share `wanted`; the others keep their proportions, and the sum stays.
export function withShare(t, k, wanted) {
  const total = maths.sum(t);
  const others = total - t[k];
  const left = total - wanted;
  return t.map((tj, j) =>
    rounded(j === k ? wanted : others > 0 ? (tj * left) / others : left / (t.length - 1)),
  );
}

export const oneHot = (n, k) => Array.from({ length: n }, (_, j) => (j === k ? 1 : 0));

// ---- what follows from it

// The upstream error σ of each mode, from h and t, and the cost that sends it, of h; that of
// cross-entropy is computed from the logits.
const MODES = {
  free: {
    sigma: (h, t, upstream) => upstream,
    cost: (z, t, upstream) => maths.sum(maths.softmax(z).map((hi, i) => upstream[i] * hi)),
  },
  cross_entropy: { sigma: maths.crossEntropyUpstream, cost: maths.crossEntropy },
  squared_error: {
    sigma: maths.squaredErrorUpstream,
    cost: (z, t) => maths.squaredError(maths.softmax(z), t),
  },
  ones: { sigma: (h) => h.map(() => 1), cost: (z) => maths.sum(maths.softmax(z)) },
};

const apart = (a, b) => maths.largest(a.map((value, i) => value - b[i]));

// How far J and the result are from central differences.
function errors({ z, upstream, target, mode, temperature: T }, J, result) {
  const scaled = (x) => x.map((value) => value / T);
  const byColumn = maths.centralDifferences((x) => maths.softmax(scaled(x)), z);
  const numericJ = J.map((row, i) => row.map((_, k) => byColumn[k][i]));
  const cost = (x) => MODES[mode].cost(scaled(x), target, upstream);
  return {
    jacobianError: apart(J.flat(), numericJ.flat()),
    resultError: apart(result, maths.centralDifferences(cost, z)),
  };
}

// What is summed in a column, σᵢJᵢₖ. Cross-entropy's, -tᵢ(δᵢₖ - hₖ), has no infinite σ in it.
function termsOf({ mode, target: t, temperature: T }, h, weighted) {
  if (mode !== "cross_entropy") return weighted;
  const rest = maths.sumOfOthers(h);
  return h.map((_, i) => h.map((hk, k) => (t[i] * (i === k ? -rest[i] : hk)) / T));
}

// Zero, and what has come together after each term.
export function sumsSoFar(terms) {
  const sums = [0];
  for (const term of terms) sums.push(sums.at(-1) + (Number.isFinite(term) ? term : 0));
  return sums;
}

// How many digits the numbers of a picture have: there is less room for them the more they are.
export const digitsOf = (values, n) => digitsFor(maths.largest(values), n > 4 ? 3 : 5);

// The terms as they are printed: those of a column add up to what is printed below it.
function printedOf(terms, result) {
  const digits = digitsOf([...terms.flat(), ...result], result.length);
  const columns = result.map((total, k) => roundedTogether(column(terms, k), digits, total));
  return { digits, terms: terms.map((_, i) => columns.map((each) => each[i])) };
}

export const column = (matrix, k) => matrix.map((row) => row[k]);

// Everything shown. Softmax is fed z/T, so every derivative with respect to z has a factor 1/T.
export function computed(state) {
  const { z, upstream, target: t, mode, temperature: T } = state;
  const scaled = (x) => x.map((value) => value / T);
  const h = maths.softmax(scaled(z));
  const J = maths.jacobian(h).map(scaled);
  const sigma = MODES[mode].sigma(h, t, upstream);
  // Where h has rounded to 0, -t/h is infinite: cross-entropy has a form that never divides.
  const byH = mode === "cross_entropy" ? maths.crossEntropyGradient(h, t) : maths.vjp(h, sigma);
  const result = scaled(byH);
  const weighted = maths.weightedRows(J, sigma);
  const terms = termsOf(state, h, weighted);
  return {
    ...{ h, J, sigma, result, weighted },
    ...{ terms, printed: printedOf(terms, result) },
    diagonal: scaled(maths.diagonalOnly(h, sigma)),
    landing: scaled(h.map((hk, k) => hk * maths.sum(t) - t[k])),
    rowSums: J.map(maths.sum),
    rank: Math.max(0, h.filter((hi) => hi > 0).length - 1),
    ...errors(state, J, result),
  };
}
