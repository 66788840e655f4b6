// What StabilityExplorer says: what went wrong in the formula and in the gradient, and why.

import { TYPES } from "./floats.js";
import { sentences } from "./frame.js";
import { plain, scientific } from "./numbers.js";

function aboutSoftmax({ dtype }, { stored, naive }) {
  const { highest, faint } = TYPES[dtype];
  if (naive.e.some((e) => e === Infinity))
    return `In ${dtype} the exponential of a logit above ${highest} is inf, and inf / inf is nan. Shifted, the largest exponent is 0.`;
  if (naive.S === Infinity)
    return "Each exponential fits, but their sum does not: a number divided by inf is 0, three times.";
  if (naive.S === 0)
    return "All three exponentials have underflowed to 0, and 0 / 0 is nan. Shifted, the largest of them is 1.";
  if (Math.max(...stored) < faint)
    return "The exponentials are so small that they are stored with few digits: h is wrong, and nothing warns.";
  return "The formula does as well as the shifted one here.";
}

function aboutGradient({ label }, { h, sigma, rightOf, gradients }) {
  if (sigma[label] === -Infinity)
    return "h has rounded to 0 at the true class, so −t/h is infinite, and infinity times 0 is nan.";
  if (gradients.long_way.some(Number.isNaN))
    return "h has rounded to 0 at another class, and there t/h is 0 / 0.";
  if (h[label] === 1 && rightOf.h_minus_t[label] === 0)
    return "h has rounded to 1 at the true class: h − 1 is 0, and no digit of it is right. The rest has them all.";
  if (rightOf.h_minus_t[label] < rightOf.result[label])
    return "Softmax is sure, and h − t loses digits at the true class; minus the sum of the rest loses none.";
  return "All three gradients agree.";
}

export const statement = (state, now) =>
  `${aboutSoftmax(state, now)}\n${aboutGradient(state, now)}`;

export function facts({ z, shift, dtype }, { stored }) {
  const { epsilon, lowest, faint, highest } = TYPES[dtype];
  const known = [
    `${dtype}: ε = ${scientific(epsilon, 2)}`,
    `eᶻ fits from ${plain(lowest, 0)} to ${plain(highest, 0)}, with all its digits from ${plain(faint, 0)}`,
  ];
  const lost = stored.findIndex((x, k) => Math.abs(x - (z[k] + shift)) > 1e-3);
  if (lost >= 0)
    known.push(
      `z + c = ${scientific(z[lost] + shift, 6)} is stored as ${scientific(stored[lost], 6)}`,
    );
  if (dtype === "float16") known.push("shifted: computed in float32, rounded once");
  return known.join("  ·  ");
}

export function summary({ dtype, label }, { stored, naive, shifted, rightOf }, spoken) {
  const list = (x, digits) => x.map((value) => scientific(value, digits)).join(", ");
  const right = [rightOf.long_way, rightOf.h_minus_t, rightOf.result].map((of) => of[label]);
  const about = {
    dtype: `${dtype}.`,
    z: `Logits ${list(stored, 4)}.`,
    naive: `The formula as it stands: ${list(naive.h, 5)}.`,
    shifted: `Shifted first: ${list(shifted.h, 5)}.`,
    right: `Digits right in the gradient at the true class, three ways: ${right.join(", ")}.`,
  };
  return sentences(about, spoken);
}
