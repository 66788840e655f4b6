// What GradientCheckExplorer says: which of the two errors rules, the values that are compared.

import { TYPES } from "./floats.js";
import { sentences } from "./frame.js";
import { digitsInCommon, scientific, subscript } from "./numbers.js";

export const METHOD_NAMES = { forward: "forward", central: "central", complex: "complex" };

const worst = (errors) => errors.indexOf(Math.max(...errors));

// Which error rules at this step.
export function statement({ checked, method, dtype, step }, { errors }) {
  const error = Math.max(...errors[method]);
  const best = TYPES[dtype].epsilon ** (method === "forward" ? 1 / 2 : 1 / 3);
  if (Number.isNaN(error))
    return "z + s is z again: so small a step is lost in the last digit of a logit, and there is nothing to divide.";
  if (checked !== "right") {
    const least = Math.min(
      ...Object.values(errors)
        .map((e) => Math.max(...e))
        .filter(Number.isFinite),
    );
    return least > 0.01
      ? "The gradient is wrong, and no step hides it: the curves run into a plateau where they used to fall. Move the step along it."
      : "At these numbers the wrong gradient looks right: another z, or another σ, tells them apart.";
  }
  if (error < 1e-15)
    return "At this step there is no error to be seen: the two agree to the last digit.";
  if (method === "complex")
    return step < best
      ? "Nothing is subtracted, so nothing cancels: C lies in the real part, its change in the imaginary part. Any small step will do."
      : "The complex step is too long for its formula: the error falls with s². Make it as small as you like.";
  if (step > 20 * best)
    return method === "forward"
      ? "The step is too long: a chord is taken for the tangent. Ten times shorter, ten times better."
      : "The step is too long: a chord is taken for the tangent. Ten times shorter, a hundred times better.";
  if (step < best / 20)
    return "The step is too short: the two values of C agree in their first digits, the subtraction cancels these, and dividing by s magnifies what rounding left.";
  return `Near the best step, ${method === "forward" ? "√ε" : "∛ε"}: shorter, and rounding takes over; longer, and the chord leaves the tangent.`;
}

// The values of C behind the entry with the largest error.
export function facts({ method, dtype }, { errors, quotients }) {
  const k = Math.max(0, worst(errors[method]));
  const name = `e${subscript(k + 1)}`;
  const { digits } = TYPES[dtype];
  const all = digits + 1;
  if (method === "complex") {
    const { re, im } = quotients.complex[k];
    return `C(z + i s ${name}) = ${scientific(re, all)} ${im < 0 ? "−" : "+"} i · ${scientific(Math.abs(im), all)}`;
  }
  const { above, below } = quotients[method][k];
  const cancelled = digitsInCommon(above, below, all);
  const second = method === "forward" ? "C(z)" : `C(z − s ${name})`;
  return `C(z + s ${name}) = ${scientific(above, all)},  ${second} = ${scientific(below, all)}:  ${cancelled} of ${all} digits cancel`;
}

export function summary({ method, step, checked }, { errors, result, quotients }, spoken) {
  const error = Math.max(...errors[method]);
  const found = Number.isNaN(error)
    ? "no quotient"
    : `largest relative error ${scientific(error, 2)}`;
  const gradient = {
    right: "right",
    diagonal_only: "diagonal only, wrong",
    doubled: "doubled, wrong",
  }[checked];
  const common = result.map((value, k) => digitsInCommon(quotients[method][k].value, value, 15));
  const about = {
    step: `Step ${scientific(step, 2)}.`,
    error: `${METHOD_NAMES[method]}: ${found}.`,
    digits: `Digits that agree: ${common.join(", ")}.`,
    gradient: `Gradient: ${gradient}.`,
  };
  return sentences(about, spoken);
}
