// What GradientCheckExplorer computes: quotients by three methods, and the error of the check.

import { complexNumbers } from "./complex.js";
import { TYPES } from "./floats.js";
import * as maths from "./maths.js";

// The function that is checked, of complex logits [re, im], in the arithmetic of the float type.
function costOf({ mode, upstream, label, dtype }) {
  const { from, weightedOutput, crossEntropy } = complexNumbers(TYPES[dtype]);
  const typed = (z) => z.map(([re, im]) => [from(re)[0], from(im)[0]]);
  const sigma = upstream.map((value) => from(value)[0]);
  return mode === "free"
    ? (z) => weightedOutput(typed(z), sigma)
    : (z) => crossEntropy(typed(z), label);
}

// The step as z can take it: beside a z of 2 the last of its digits are lost.
const taken = (zk, s) => zk + s - zk;

const moved = (z, k, re, im = 0) => z.map((zj, j) => (j === k ? [zj + re, im] : [zj, 0]));

// The two values of C that a quotient compares, and what it makes of them.
const QUOTIENTS = {
  forward(cost, z, k, step) {
    const s = taken(z[k], step);
    const [above, below] = [cost(moved(z, k, s))[0], cost(moved(z, k, 0))[0]];
    return { above, below, value: (above - below) / s };
  },
  central(cost, z, k, step) {
    const s = taken(z[k], step);
    const [above, below] = [cost(moved(z, k, s))[0], cost(moved(z, k, -s))[0]];
    return { above, below, value: (above - below) / (2 * s) };
  },
  complex(cost, z, k, s) {
    const [re, im] = cost(moved(z, k, 0, s));
    return { re, im, value: im / s };
  },
};

export const METHODS = Object.keys(QUOTIENTS);

// Each entry by one method; nan where a step vanishes beside one of the logits.
function numericGradient(cost, z, method, step) {
  const vanishes = method !== "complex" && z.some((zk) => taken(zk, step) === 0);
  const quotients = z.map((_, k) => QUOTIENTS[method](cost, z, k, step));
  return vanishes ? quotients.map((quotient) => ({ ...quotient, value: NaN })) : quotients;
}

// As check_gradient measures: relative to the larger of the two, but not to what is smaller than
// 1e-4 of the largest number around.
function relativeErrors(analytic, quotients, atZ) {
  const numeric = quotients.map(({ value }) => value);
  const floor = 1e-4 * Math.max(maths.largest(numeric), Math.abs(atZ));
  return analytic.map((a, k) => {
    const b = numeric[k];
    return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), floor);
  });
}

function gradientByUpstream({ upstream }, h) {
  const alone = () => maths.diagonalOnly(h, upstream);
  return { sigma: upstream, right: maths.vjp(h, upstream), alone };
}

function gradientByLabel({ label }, h) {
  const t = h.map((_, k) => (k === label ? 1 : 0));
  const alone = () => maths.sumOfOthers(h).map((rest, k) => -t[k] * rest);
  return {
    sigma: maths.crossEntropyUpstream(h, t),
    right: maths.crossEntropyGradient(h, t),
    alone,
  };
}

// The gradient that is checked, and σ.
function gradientOf(state, h) {
  const found = state.mode === "free" ? gradientByUpstream(state, h) : gradientByLabel(state, h);
  const { sigma, right, alone } = found;
  if (state.checked === "diagonal_only") return { sigma, result: alone() };
  return { sigma, result: state.checked === "doubled" ? right.map((value) => 2 * value) : right };
}

// Everything at the chosen step: for each method its three quotients and its error.
export function computed(state) {
  const { z, step } = state;
  const h = maths.softmax(z);
  const { sigma, result } = gradientOf(state, h);
  const cost = costOf(state);
  const atZ = cost(moved(z, 0, 0))[0];
  const byMethod = (compute) => Object.fromEntries(METHODS.map((name) => [name, compute(name)]));
  const quotients = byMethod((method) => numericGradient(cost, z, method, step));
  const errors = byMethod((method) => relativeErrors(result, quotients[method], atZ));
  return { h, sigma, result, cost: atZ, quotients, errors };
}

const STEPS = Array.from({ length: 161 }, (_, k) => 10 ** ((k - 160) / 8));

// The largest error of each method along all steps.
export function curves(state) {
  const { z } = state;
  const cost = costOf(state);
  const { result } = gradientOf(state, maths.softmax(z));
  const atZ = cost(moved(z, 0, 0))[0];
  const worst = (method, step) =>
    Math.max(...relativeErrors(result, numericGradient(cost, z, method, step), atZ));
  return METHODS.map((method) => STEPS.map((step) => [step, worst(method, step)]));
}
