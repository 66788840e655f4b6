// A bar that starts at zero, with its number; one that is dragged gets a handle.

import { set, svg, write } from "./elements.js";
import { clamped, signed } from "./numbers.js";
import { slider } from "./slider.js";

const HANDLE = 8;

const twoDigits = (value) => signed(value, 2);
const share = (value, limit, ends) => clamped(Number.isNaN(value) ? 0 : value / limit, ends);

// An upright bar in a slot of the picture: zero at `zero`, `reach` units high for the limit.
// With `drag` (the options of a slider) the whole slot takes hold of it.
export function uprightBar({ say = twoDigits, kind, numberAt, drag, ...place }) {
  const { x, width, zero, reach, below = reach } = place;
  const bar = svg("rect", { class: `bar ${kind}`, x, width, rx: 3 });
  const number = svg("text", { class: "number", x: x + width / 2, y: numberAt });
  const node = svg("g", { class: "slot" }, bar, number);
  const hand = drag && uprightHand(node, number, { below, ...place }, drag);
  return {
    node,
    show(value, limit, options) {
      const height = share(value, limit, [-below / reach, 1]) * reach;
      set(bar, { y: zero - Math.max(height, 0), height: Math.max(Math.abs(height), 0.5) });
      write(number, say(value));
      hand?.show(value, limit, zero - height, options);
    },
  };
}

function uprightHand(node, number, { x, width, zero, reach, below }, drag) {
  let limit = 1;
  const middle = { x: x + width / 6, width: width / 1.5 };
  const handle = svg("rect", { class: "handle", ...middle, height: HANDLE, rx: 4 });
  const [left, top] = [x - 4, zero - reach - 6];
  const grip = { x: left, y: top, width: width + 8, height: reach + below + 12, rx: 6 };
  node.prepend(svg("rect", { class: "grip", ...grip }));
  number.before(handle);
  const at = ({ y }) => ((zero - y) / reach) * limit;
  const control = slider(node, { ...drag, snap: drag.step, at, handle });
  return {
    show(value, newLimit, end, options) {
      limit = newLimit;
      set(handle, { y: end - HANDLE / 2 });
      control.show(value, options);
    },
  };
}

// The same lying down, positive to the right: the errors beside the rows of a matrix.
export function lyingBar({ zero, reach, y, height, numberAt, kind, drag, say = twoDigits }) {
  const bar = svg("rect", { class: `bar ${kind}`, y, height, rx: 3 });
  const middle = { y: y + height / 6, height: height / 1.5 };
  const handle = svg("rect", { class: "handle", ...middle, width: HANDLE, rx: 4 });
  const number = svg("text", { class: "number end", x: numberAt, y: y + height / 2 });
  const grip = { x: zero - reach - 6, y: y - 4, width: 2 * reach + 12, height: height + 8, rx: 6 };
  const node = svg("g", { class: "slot lying" }, svg("rect", { class: "grip", ...grip }));
  node.append(bar, handle, number);
  let limit = 1;
  const at = ({ x }) => ((x - zero) / reach) * limit;
  const control = slider(node, { ...drag, snap: drag.step, at });
  return {
    node,
    show(value, newLimit, options) {
      limit = newLimit;
      const length = share(value, limit, [-1, 1]) * reach;
      set(bar, { x: zero + Math.min(length, 0), width: Math.max(Math.abs(length), 0.5) });
      set(handle, { x: zero + length - HANDLE / 2 });
      write(number, say(value));
      control.show(value, options);
    },
  };
}
