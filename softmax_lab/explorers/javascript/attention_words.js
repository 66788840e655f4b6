// What AttentionExplorer says: what rules just now, and what is always so.

import { sentences } from "./frame.js";
import { name } from "./jacobian_words.js";
import { largest } from "./maths.js";
import { plain, signed, written } from "./numbers.js";
import { inWords } from "./plane.js";

const SURE = 0.99;

const DUST = 1e-14; // what rounding leaves of 0

export const signOf = (value) =>
  Math.abs(value) < DUST ? "" : value < 0 ? "negative" : "positive";

// The row, key and value of the one that is pointed at are lit together.
export const litIf = (pointed, i) => (pointed?.key === i ? "lit" : "");

const equal = (all) => all.every((each) => Math.abs(each - all[0]) < 1e-12);
const listed = (names) =>
  [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");

function maskInWords(mask) {
  const masked = [...mask.keys()].filter((i) => !mask[i]).map((i) => i + 1);
  const who = masked.length === 1 ? `Key ${masked[0]} is` : `Keys ${listed(masked)} are`;
  return `${who} masked: score −∞, and weight and gradients are exactly 0.`;
}

function rule({ q, mask, upstream, scaled }, { h, sigma, average, largestOfJ }) {
  const attended = sigma.filter((_, i) => mask[i]);
  if (largest(upstream) === 0) return "No error arrives at the output, and nothing comes back.";
  if (attended.length === 1)
    return "One key is left. Its weight is 1 whatever q is: nothing passes on to q and K.";
  if (mask.includes(false)) return maskInWords(mask);
  if (equal(attended))
    return `The values agree, each σ is ${signed(average, 2)}: nothing passes on to q and K.`;
  if (largest(q) === 0)
    return `A query at 0: all weights are alike, and ∂C/∂kᵢ = ∂C/∂zᵢ q${scaled ? "/√d" : ""} = 0.`;
  const sure = h.findIndex((hi) => hi > SURE);
  if (sure >= 0)
    return `Key ${sure + 1} has nearly all the weight: the largest entry of J is ${plain(largestOfJ, 4)}.`;
  return "On the side of the dashed line where ∂C/∂o points, σ is above average.";
}

// What passes on to a score, as the printed sum needs it; in powers of ten where that has only 0.
export const passed = ({ result, shown }, i) => signed(shown[i] === 0 ? result[i] : shown[i], 3);

function sumInWords({ result, shown }) {
  if (largest(result) === 0) return "Passed on to z: exactly 0.";
  if (largest(shown) === 0)
    return `The largest that passes on to z is ${plain(largest(result), 3)}.`;
  return `Passed on to z: ${written(shown.map((value) => signed(value, 3)))} = 0`;
}

// How the gradient at what is pointed at is made, in letters and in numbers.
const SPELLED = {
  q({ k, scaled }, now) {
    const terms = written(k.map((_, i) => `${passed(now, i)} ${name("k", i)}`));
    return `∂C/∂q = ${scaled ? "Σᵢ ∂C/∂zᵢ kᵢ/√d" : "Σᵢ ∂C/∂zᵢ kᵢ"} = ${scaled ? `(${terms})/√2` : terms}`;
  },
  k({ q, scaled }, { result, key_gradient }, i) {
    const [letter, number] = scaled ? ["/√d", "/√2"] : ["", ""];
    const numbers = `${signed(result[i], 4)} ${inWords(q)}${number}`;
    return `∂C/∂${name("k", i)} = ∂C/∂${name("z", i)} q${letter} = ${numbers} = ${inWords(key_gradient[i], 3)}`;
  },
  z(_, now, i) {
    const { h, sigma, average } = now;
    const letters = `${name("h", i)}(${name("σ", i)} − ⟨h, σ⟩)`;
    const above = written([signed(sigma[i], 3), signed(-average, 3)]);
    return `∂C/∂${name("z", i)} = ${letters} = ${plain(h[i], 4)} (${above}) = ${passed(now, i)}`;
  },
  v({ upstream }, { h, value_gradient }, i) {
    const numbers = `${plain(h[i], 4)} ${inWords(upstream)}`;
    return `∂C/∂${name("v", i)} = ${name("h", i)} ∂C/∂o = ${numbers} = ${inWords(value_gradient[i], 3)}`;
  },
  upstream: ({ upstream }, { output, average }) =>
    `⟨o, ∂C/∂o⟩ = ${inWords(output, 3)} · ${inWords(upstream)} = ${signed(average, 3)}`,
};

// What is pointed at is { what, key? } or null.
export function statement(state, now, pointed) {
  const second = pointed ? SPELLED[pointed.what](state, now, pointed.key) : sumInWords(now);
  return `${rule(state, now)}\n${second}`;
}

export const facts = ({ query_gradient, error }) =>
  [`∂C/∂q = ${inWords(query_gradient)}`, `central differences agree to ${plain(error, 1)}`].join(
    "  ·  ",
  );

export function summary({ q, upstream }, now, spoken) {
  const list = (x) => x.map((each) => plain(each, 3)).join(", ");
  const about = {
    q: `Query ${inWords(q)}.`,
    h: `Weights ${list(now.h)}. Output ${inWords(now.output, 3)}.`,
    upstream: `Error at the output ${inWords(upstream)}.`,
    average: `Average error ${signed(now.average, 3)}.`,
    result: `Passed on to the scores: ${now.shown.map((_, i) => passed(now, i)).join(", ")}.`,
  };
  return sentences(about, spoken);
}
