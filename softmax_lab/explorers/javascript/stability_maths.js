// What StabilityExplorer computes, each operation rounded to the float type.

import * as floats from "./floats.js";
import { digitsRight } from "./numbers.js";

// Softmax and its gradient by all their formulas. `shifted` is that of z − max; h that of the
// package, which shifts only where it must, and which the gradients are made of. What is exact is
// computed in float64 from the logits as they are stored.
export function computed({ z, shift, dtype, label }) {
  const type = floats.TYPES[dtype];
  const exact = floats.TYPES.float64;
  const stored = z.map((zj) => type.round(zj + shift));
  const t = z.map((_, k) => (k === label ? 1 : 0));
  const naive = floats.naiveSoftmax(stored, type);
  const shifted = floats.shiftedSoftmax(stored, type);
  const h = floats.softmax(stored, type);
  const { sigma, result: longWay } = floats.longWay(h, t, type);
  const gradients = {
    long_way: longWay,
    h_minus_t: floats.hMinusT(h, t, type),
    result: floats.crossEntropyGradient(stored, label, type),
  };
  const exactH = floats.softmax(stored, exact);
  const exactGradient = floats.crossEntropyGradient(stored, label, exact);
  const rightOf = (values, truth) =>
    values.map((value, k) => digitsRight(value, truth[k], type.digits));
  return {
    ...{ stored, naive, shifted, h, sigma, gradients, exactGradient },
    rightOf: {
      naive: rightOf(naive.h, exactH),
      shifted: rightOf(shifted.h, exactH),
      long_way: rightOf(gradients.long_way, exactGradient),
      h_minus_t: rightOf(gradients.h_minus_t, exactGradient),
      result: rightOf(gradients.result, exactGradient),
    },
  };
}
