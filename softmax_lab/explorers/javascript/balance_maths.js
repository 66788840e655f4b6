// What BalanceExplorer computes: where the beam balances, and the digits that are shown.

import { computed as throughJacobian } from "./jacobian_maths.js";
import { sum } from "./maths.js";

// Numbers that sum to 0, rounded so that what is printed sums to 0 too: all rounded down, and the
// units that are then missing given to those that lost most.
export function roundedToCancel(values, digits) {
  const unit = 10 ** digits;
  const units = values.map((value) => Math.floor(value * unit));
  const lost = values.map((value, k) => value * unit - units[k]);
  const most = values.map((_, k) => k).sort((a, b) => lost[b] - lost[a]);
  for (const k of most.slice(0, -sum(units))) units[k] += 1;
  return units.map((value) => value / unit);
}

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
    shown: roundedToCancel(result, 3),
  };
}
