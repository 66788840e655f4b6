// The float types of NumPy, and softmax and its gradient with each operation rounded as there.
// JavaScript computes in float64; rounding the result of one operation gives that of the type.

import { shiftOf } from "./maths.js";

const TOO_LARGE = 65520; // half-way from the largest float16 to what would be the next

// The float16 nearest to x; of two equally near ones the even one.
export function float16(x) {
  if (x === 0 || !Number.isFinite(x)) return x;
  if (Math.abs(x) >= TOO_LARGE) return Math.sign(x) * Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -14); // below: subnormal numbers
  const large = 1.5 * 2 ** (exponent + 42); // its last place is that of a float16 as large as x
  const nearest = x + large - large;
  return nearest === 0 ? 0 * Math.sign(x) : nearest;
}

// `digits`: how many are right after one rounding. `lowest`, `highest`: the whole logits whose
// exponential is neither 0 nor infinite; `faint`: the lowest that keeps all its digits.
const float64 = {
  round: (x) => x,
  epsilon: 2 ** -52,
  digits: 15,
  lowest: -745,
  faint: -708,
  highest: 709,
};
const float32 = {
  round: Math.fround,
  epsilon: 2 ** -23,
  digits: 7,
  lowest: -103,
  faint: -87,
  highest: 88,
};
const half = { round: float16, epsilon: 2 ** -10, digits: 3, lowest: -17, faint: -9, highest: 11 };
float64.largestNumber = Number.MAX_VALUE;
float32.largestNumber = 2 ** 128; // rounded up
float64.inside = float64;
float32.inside = float32;
half.inside = float32; // NumPy sums float16 in float32; the package does all in it, and rounds once
export const TYPES = { float64, float32, float16: half };

const total = (x, { round, inside }) => round(x.reduce((sum, value) => inside.round(sum + value)));

const largestAt = (x) => x.indexOf(Math.max(...x));

const quotient = (exponents, type) => {
  const e = exponents.map((exponent) => type.round(Math.exp(exponent)));
  const S = total(e, type);
  return { e, S, h: e.map((ej) => type.round(ej / S)) };
};

// The textbook formula, with what is computed on the way.
export const naiveSoftmax = (z, type) => quotient(z, type);

// The same for the logits less their maximum.
export function shiftedSoftmax(z, type) {
  const shifted = z.map((zj) => type.inside.round(zj - Math.max(...z)));
  const { e, S, h } = quotient(shifted, type.inside);
  return { shifted, e, S, h: h.map(type.round) };
}

function sumOfOthers(x, type) {
  const top = largestAt(x);
  const rest = total(x.with(top, 0), type);
  return x.map((xj, j) => (j === top ? rest : type.round(x[top] + type.round(rest - xj))));
}

// ∂C/∂z of cross-entropy the long way: J, its rows weighted by σ = -t/h, its columns summed. As in
// the package an entry of J is rounded once, at its end.
export function longWay(h, t, { round, inside }) {
  const others = sumOfOthers(h, inside);
  const entry = (i, j) => inside.round(i === j ? h[i] * others[i] : -h[i] * h[j]);
  const J = h.map((_, i) => h.map((_, j) => round(entry(i, j))));
  const sigma = h.map((hi, i) => round(-t[i] / hi));
  const sum = (terms) => terms.reduce((sum, term) => round(sum + term));
  return { sigma, result: h.map((_, k) => sum(J.map((row, i) => round(sigma[i] * row[k])))) };
}

export const hMinusT = (h, t, { round }) => h.map((hj, j) => round(hj - t[j]));

// What the package makes h and the gradient of: exponentials of the logits less what they must be
// less, each entry and then the sum, in the type that it computes in.
function exponentials(z, { inside }) {
  const shift = shiftOf(z, inside.largestNumber);
  const e = z.map((zj) => inside.round(Math.exp(inside.round(zj - shift))));
  return { e, S: total(e, inside) };
}

const shares = (numerators, S, { inside, round }) =>
  numerators.map((value) => round(inside.round(value / S)));

// The package's softmax: shifted only where it must be.
export function softmax(z, type) {
  const { e, S } = exponentials(z, type);
  return shares(e, S, type);
}

// The package's gradient: h, but at the true class minus the sum of the others.
export function crossEntropyGradient(z, label, type) {
  const { round } = type.inside;
  const { e, S } = exponentials(z, type);
  const top = largestAt(z);
  const rest = total(e.with(top, 0), type.inside);
  return shares(e.with(label, -round(rest + round(e[top] - e[label]))), S, type);
}
