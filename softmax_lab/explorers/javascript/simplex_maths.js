// What SimplexExplorer computes: points of the triangle, and what J makes of a circle.

import * as maths from "./maths.js";
import { rounded } from "./numbers.js";

const LEAST = 1e-3; // how near to an edge the point may be dragged

// The corners of a triangle with sides of length 1, y upwards.
const CORNERS = [
  [0, 0],
  [1, 0],
  [0.5, Math.sqrt(3) / 2],
];

// A distribution as a point; a change whose entries sum to 0 as an arrow.
export const inPlane = (x) =>
  [0, 1].map((axis) => maths.sum(x.map((xi, i) => xi * CORNERS[i][axis])));

function distributionAt([x, y]) {
  const h3 = y / CORNERS[2][1];
  const h2 = x - h3 / 2;
  const inside = [1 - h2 - h3, h2, h3].map((share) => Math.max(share, 0));
  return inside.map((share) => LEAST + (1 - 3 * LEAST) * (share / maths.sum(inside)));
}

export const mean = (z) => maths.sum(z) / 3;

// The logits of the distribution at a point, with the given mean, of which h knows nothing.
export function logitsAt(point, wanted) {
  const logs = distributionAt(point).map(Math.log);
  const shift = wanted - mean(logs);
  return logs.map((log) => rounded(log + shift));
}

// A change of the logits across (1, 1, 1), of length 1, drawn at this angle.
function unitChange(degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [
    -c / Math.SQRT2 - s / Math.sqrt(6),
    c / Math.SQRT2 - s / Math.sqrt(6),
    (2 * s) / Math.sqrt(6),
  ];
}

const times = (J, v) => J.map((row) => maths.sum(row.map((entry, j) => entry * v[j])));
const plus = (x, change) => x.map((xi, i) => xi + change[i]);
const ROUND = Array.from({ length: 90 }, (_, k) => 4 * k);

// Besides 0, for (1, 1, 1), J has two eigenvalues: their sum is its trace, their product 3h₁h₂h₃.
function eigenvalues(h, J) {
  const trace = maths.sum(h.map((_, i) => J[i][i]));
  const product = 3 * h[0] * h[1] * h[2];
  const larger = (trace + Math.sqrt(Math.max(0, trace ** 2 - 4 * product))) / 2;
  return [larger, larger > 0 ? product / larger : 0];
}

// The angle of the change that J takes into the direction of an arrow in the plane; null where J
// takes all changes into one line.
export function angleTo(h, [vx, vy]) {
  const J = maths.jacobian(h);
  const [[ax, ay], [bx, by]] = [0, 90].map((degrees) => inPlane(times(J, unitChange(degrees))));
  const area = ax * by - bx * ay;
  if (area === 0) return null;
  const [c, s] = [(vx * by - bx * vy) / area, (ax * vy - vx * ay) / area];
  return ((Math.atan2(s, c) * 180) / Math.PI + 360) % 360;
}

export function computed({ z, radius, direction }) {
  const h = maths.softmax(z);
  const J = maths.jacobian(h);
  const changeOf = (degrees) => unitChange(degrees).map((entry) => radius * entry);
  return {
    h,
    J,
    change: changeOf(direction),
    result: times(J, changeOf(direction)),
    eigenvalues: eigenvalues(h, J),
    ellipse: ROUND.map((degrees) => plus(h, times(J, changeOf(degrees)))),
    image: ROUND.map((degrees) => maths.softmax(plus(z, changeOf(degrees)))),
  };
}
