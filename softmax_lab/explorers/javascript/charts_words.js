// What ChartsExplorer says: the two readings, and what the other's number gives.

import { plain, signed } from "./numbers.js";

const LOW = -1e-9;
const SAME = 1e-9;

export const readings = ({ z }, { a, slopes }) =>
  `At z = ${plain(z, 2)} on the left, at a = ${plain(a, 3)} on the right: both read ${plain(slopes[0], 3)}, the slope.`;

export function crosses({ z }, { a, wrong: [left, right] }) {
  if (Math.abs(z - a) < SAME)
    return "Here z and a are one number, and each chart may be fed either.";
  const impossible = right < LOW;
  const said = impossible
    ? "negative, a slope that this function has nowhere"
    : "a number that looks like a slope";
  return `The crosses are fed the other's number. Left ${signed(left, 3)}, the slope at another place; right ${signed(right, 3)}, ${said}.`;
}

export const summary = (state, now) => `${readings(state, now)} ${crosses(state, now)}`;
