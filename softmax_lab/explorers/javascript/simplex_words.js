// What SimplexExplorer says: what the ellipse has become, its half-axes, a summary.

import { sentences } from "./frame.js";
import { longest, plain, signed } from "./numbers.js";

const list = (x, say) => x.map(say).join(", ");
const inDelta = (move) => signed(move, 2);

const SAID = {
  corner:
    "In a corner the ellipse has collapsed to a point: J ≈ 0. A confident softmax hardly reacts to its logits, whatever error arrives. This is the vanishing gradient.",
  flat: "The ellipse is flat: one class has hardly any probability left, and changes between the two others are all that J lets through.",
  middle:
    "Near the middle the ellipse is a circle, of the largest area that there is: softmax listens to every direction alike.",
  between:
    "J turns the circle of logit changes into this ellipse. Drag the point, a logit, or the end of Δz or of JΔz.",
};
export const LONGEST = longest(Object.values(SAID));

export function statement({ eigenvalues: [larger, smaller] }) {
  if (larger < 0.02) return SAID.corner;
  if (smaller < 0.02 || smaller < larger / 8) return SAID.flat;
  return larger - smaller < 0.02 ? SAID.middle : SAID.between;
}

export const changeInWords = ({ change }) => `Δz = ${list(change, inDelta)}`;

export function facts({ eigenvalues, change }) {
  const [larger, smaller] = eigenvalues.map((value) => plain(value, 3));
  return `Δz = (${list(change, inDelta)})  ·  half-axes ${larger} and ${smaller} times its length  ·  nothing moves along (1, 1, 1)`;
}

export const LONGEST_FACTS = facts({
  ...{ eigenvalues: [8e-88, 8e-88], change: [-8.88, -8.88, -8.88] },
});

export function summary({ z }, now, spoken) {
  const about = {
    z: `Logits ${list(z, (zj) => plain(zj, 2))}.`,
    h: `Output ${list(now.h, (hi) => plain(hi, 3))}.`,
    ellipse: statement(now),
  };
  return sentences(about, spoken);
}
