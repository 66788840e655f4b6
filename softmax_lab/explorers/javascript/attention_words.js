// What AttentionExplorer says: what rules just now, and what is always so.

import { largest } from "./maths.js";
import { plain, signed, written } from "./numbers.js";
import { inWords } from "./plane.js";

const SURE = 0.99;

const DUST = 1e-14; // what rounding leaves of 0

export const signOf = (value) =>
  Math.abs(value) < DUST ? "" : value < 0 ? "negative" : "positive";

const equal = (all) => all.every((each) => Math.abs(each - all[0]) < DUST);
const listed = (names) =>
  [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");

function maskInWords(mask) {
  const masked = [...mask.keys()].filter((i) => !mask[i]).map((i) => i + 1);
  const who = masked.length === 1 ? `Key ${masked[0]} is` : `Keys ${listed(masked)} are`;
  return `${who} masked: score −∞, and weight and gradients are exactly 0.`;
}

function rule({ q, mask, upstream }, { h, sigma, average, largestOfJ }) {
  const attended = sigma.filter((_, i) => mask[i]);
  if (largest(upstream) === 0) return "No error arrives at the output, and nothing comes back.";
  if (attended.length === 1)
    return "One key is left. Its weight is 1 whatever q is: nothing passes on to q and K.";
  if (mask.includes(false)) return maskInWords(mask);
  if (equal(attended))
    return `The values agree, each σ is ${signed(average, 2)}: nothing passes on to q and K.`;
  if (largest(q) === 0) return "A query at 0: all weights are alike, and ∂C/∂kᵢ = ∂C/∂zᵢ q/√d = 0.";
  const sure = h.findIndex((hi) => hi > SURE);
  if (sure >= 0)
    return `Key ${sure + 1} has nearly all the weight: the largest entry of J is ${plain(largestOfJ, 4)}.`;
  return "Beyond the dashed line, where ∂C/∂o points, σ is above the average.";
}

function sumInWords({ result, shown }) {
  if (largest(result) === 0) return "Passed on to z: exactly 0.";
  if (largest(shown) === 0)
    return `The largest that passes on to z is ${plain(largest(result), 3)}.`;
  return `Passed on to z: ${written(shown.map((value) => signed(value, 3)))} = 0`;
}

export const statement = (state, now) => `${rule(state, now)}\n${sumInWords(now)}`;

export const facts = ({ query_gradient, error }) =>
  [`∂C/∂q = ${inWords(query_gradient)}`, `central differences agree to ${plain(error, 1)}`].join(
    "  ·  ",
  );

export function summary({ q, upstream }, now) {
  const list = (x) => x.map((each) => plain(each, 3)).join(", ");
  return `Query ${inWords(q)}. Weights ${list(now.h)}. Output ${inWords(now.output, 3)}. Error at the output ${inWords(upstream)}, average ${signed(now.average, 3)}. Passed on to the scores: ${list(now.shown)}.`;
}
