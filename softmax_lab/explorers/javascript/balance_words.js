// What BalanceExplorer says: where the beam balances, that the moments cancel, what a mode shows.

import { MODES, name } from "./jacobian_words.js";
import { largest, sum } from "./maths.js";
import { plain, signed, written } from "./numbers.js";

const SMALL = 0.0005; // no moment that is larger is printed as 0

function aboutMode({ mode, target, z }, { h, sigma, average, result }) {
  const place = signed(average, 3);
  if (mode === "cross_entropy")
    return `The beam balances at −Σt = ${place}, whatever z is, and the moments are ${sum(target) === 1 ? "h − t" : "hΣt − t"}.`;
  const still = largest(result) < SMALL;
  if (sigma.every((each) => each === sigma[0]))
    return `All weights stand at one spot, ${place}: nothing to turn.`;
  if (still && Math.max(...h) > 0.99)
    return `Class ${h.indexOf(Math.max(...h)) + 1} has nearly all the mass and holds the fulcrum at ${place}: hardly anything is passed back.`;
  return `The ${z.length} weights balance at the average error ⟨h, σ⟩ = ${place}.`;
}

const cancelling = ({ shown }) => `${written(shown.map((value) => signed(value, 3)))} = 0`;

export const statement = (state, now) =>
  `${aboutMode(state, now)}\nThe moments cancel: ${cancelling(now)}`;

export function facts({ compare }, { resultError, beyond }) {
  const known = ["area of a weight: hₖ", "central differences agree to " + plain(resultError, 1)];
  if (beyond.length)
    known.push(
      `beyond the break: ${beyond.map(([k, value]) => `${name("σ", k)} = ${signed(value, 1)}`).join(", ")}`,
    );
  if (compare) known.push("- - - △ the diagonal alone, from hₖσₖ");
  return known.join("  ·  ");
}

export const summary = ({ mode }, { average, shown }) =>
  `Upstream error ${MODES[mode]}. The beam balances at ${signed(average, 3)}. Passed back: ${shown.map((value) => signed(value, 3)).join(", ")}.`;
