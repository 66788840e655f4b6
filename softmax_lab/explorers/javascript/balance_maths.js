// What BalanceExplorer computes: where the beam balances, and the digits that are shown.

import { computed as throughJacobian } from "./jacobian_maths.js";
import { sum } from "./maths.js";
import { roundedTogether } from "./numbers.js";

export function computed(state) {
  const { h, sigma, result, diagonal, resultError } = throughJacobian({ ...state, temperature: 1 });
  // Where h has rounded to 0, -t/h is infinite, and h times it is still -t.
  const shares = h.map((hk, k) => (Number.isFinite(sigma[k]) ? hk * sigma[k] : -state.target[k]));
  const average = sum(shares);
  return {
    h,
    sigma,
    result,
    diagonal,
    shares,
    average,
    resultError,
    shown: roundedTogether(result, 3, 0),
  };
}
