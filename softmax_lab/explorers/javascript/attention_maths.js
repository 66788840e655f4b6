// What AttentionExplorer computes, and how its lists keep to the number of its keys.

import * as maths from "./maths.js";
import { roundedTogether } from "./numbers.js";

export const dot = ([x, y], [u, w]) => x * u + y * w;
export const times = (factor, [x, y]) => [factor * x, factor * y];
export const plus = ([x, y], [u, w]) => [x + u, y + w];
const total = (points) => points.reduce(plus, [0, 0]);

// ---- the state

const resized = (list, n, longest) =>
  list.length === n ? list : [...list, ...longest.slice(list.length)].slice(0, n);

function resizedMask(mask, n) {
  if (mask.length === n) return mask;
  const cut = Array.from({ length: n }, (_, i) => mask[i] ?? true);
  return cut.includes(true) ? cut : cut.with(n - 1, true);
}

// The state with n keys. `_longest` holds k and v as they go on for keys that are added.
// attention.py does the same: whoever changes k alone changes v and the mask too.
export function ofSize(n, { k, v, mask, _longest: longest, ...rest }) {
  return {
    ...rest,
    k: resized(k, n, longest.k),
    v: resized(v, n, longest.v),
    mask: resizedMask(mask, n),
  };
}

// ---- what follows from it

const factorOf = (scaled) => (scaled ? 1 / Math.SQRT2 : 1);

function forward({ q, k, v, mask, scaled }) {
  const z = k.map((ki, i) => (mask[i] ? dot(ki, q) * factorOf(scaled) : -Infinity));
  const h = maths.softmax(z);
  return { z, h, output: total(v.map((vi, i) => times(h[i], vi))) };
}

function backward({ q, k, v, upstream, scaled }, h) {
  const sigma = v.map((vi) => dot(vi, upstream));
  const result = maths.vjp(h, sigma);
  const factor = factorOf(scaled);
  return {
    ...{ sigma, result },
    query_gradient: times(factor, total(k.map((ki, i) => times(result[i], ki)))),
    key_gradient: result.map((each) => times(factor * each, q)),
    value_gradient: h.map((hi) => times(hi, upstream)),
  };
}

const pairs = (x) => Array.from({ length: x.length / 2 }, (_, i) => [x[2 * i], x[2 * i + 1]]);

// How far the three gradients are from central differences of the cost.
function errorOf(state, gradients) {
  const n = state.k.length;
  const numeric = maths.centralDifferences(
    (x) => {
      const [q, ...rest] = pairs(x);
      const { output } = forward({ ...state, q, k: rest.slice(0, n), v: rest.slice(n) });
      return dot(output, state.upstream);
    },
    [state.q, ...state.k, ...state.v].flat(),
  );
  return maths.largest(gradients.flat().map((value, i) => value - numeric[i]));
}

export function computed(state) {
  const { z, h, output } = forward(state);
  const back = backward(state, h);
  const { query_gradient, key_gradient, value_gradient } = back;
  return {
    ...{ z, h, output, ...back },
    average: dot(output, state.upstream),
    shown: roundedTogether(back.result, 3, 0),
    largestOfJ: maths.largest(maths.jacobian(h).flat()),
    error: errorOf(state, [query_gradient, ...key_gradient, ...value_gradient]),
  };
}

// ---- where things are drawn

const turn = ([ax, ay], [bx, by], [cx, cy]) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

// The corners of the convex hull, in order; for points on one line its two ends.
export function hull(points) {
  if (points.length === 1) return points;
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (all) => {
    const chain = [];
    for (const point of all) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

// Where the way from a point within the limits ±x, ±y to another leaves them, or that other.
export function within(from, to, limits) {
  const share = [0, 1].map((axis) => {
    const way = to[axis] - from[axis];
    return way === 0 ? 1 : (Math.sign(way) * limits[axis] - from[axis]) / way;
  });
  return plus(from, times(Math.min(1, ...share), plus(to, times(-1, from))));
}

// A query in the same direction with another length; (0, 0) has none, and gets that of the axis.
export function withLength(q, wanted) {
  const length = Math.hypot(...q);
  return length === 0 ? [wanted, 0] : times(wanted / length, q);
}
