// A bar that starts at zero, with its number; one that is dragged gets a handle.

import { set, svg, write } from "./elements.js";
import { clamped, signed } from "./numbers.js";
import { slider } from "./slider.js";

const HANDLE = 8;

// An upright bar in a slot of the picture: zero at `zero`, `reach` units high for the limit.
// With `drag` (the options of a slider) the whole slot takes hold of it.
export function uprightBar({ x, width, zero, reach, below = reach, numberAt, kind, drag, say = (value) => signed(value, 2) }) {
  const bar = svg("rect", { class: `bar ${kind}`, x, width, rx: 3 });
  const number = svg("text", { class: "number", x: x + width / 2, y: numberAt });
  const node = svg("g", { class: "slot" });
  const slot = { x: x - 4, y: zero - reach - 6, width: width + 8, height: reach + below + 12 };
  let handle, control;
  let limit = 1;
  if (drag) {
    handle = svg("rect", { class: "handle", x: x + width / 6, width: width / 1.5, height: HANDLE, rx: 4 });
    node.append(svg("rect", { class: "grip", ...slot, rx: 6 }), bar, handle, number);
    control = slider(node, { ...drag, at: ({ y }) => ((zero - y) / reach) * limit });
  } else node.append(bar, number);
  return {
    node,
    show(value, newLimit, { fixed } = {}) {
      limit = newLimit;
      const height = clamped(Number.isNaN(value) ? 0 : value / limit, [-below / reach, 1]) * reach;
      set(bar, { y: zero - Math.max(height, 0), height: Math.max(Math.abs(height), 0.5) });
      write(number, say(value));
      if (!drag) return;
      set(handle, { y: zero - height - HANDLE / 2 });
      control.show(value, { fixed });
    },
  };
}

// The same lying down, positive to the right: the errors beside the rows of a matrix.
export function lyingBar({ zero, reach, y, height, numberAt, kind, drag, say = (value) => signed(value, 2) }) {
  const bar = svg("rect", { class: `bar ${kind}`, y, height, rx: 3 });
  const handle = svg("rect", { class: "handle", y: y + height / 6, width: HANDLE, height: height / 1.5, rx: 4 });
  const number = svg("text", { class: "number end", x: numberAt, y: y + height / 2 });
  const grip = { x: zero - reach - 6, y: y - 4, width: 2 * reach + 12, height: height + 8 };
  const node = svg("g", { class: "slot lying" });
  node.append(svg("rect", { class: "grip", ...grip, rx: 6 }), bar, handle, number);
  let limit = 1;
  const control = slider(node, { ...drag, at: ({ x }) => ((x - zero) / reach) * limit });
  return {
    node,
    show(value, newLimit, { fixed } = {}) {
      limit = newLimit;
      const length = clamped(Number.isNaN(value) ? 0 : value / limit, [-1, 1]) * reach;
      set(bar, { x: zero + Math.min(length, 0), width: Math.max(Math.abs(length), 0.5) });
      set(handle, { x: zero + length - HANDLE / 2, visibility: fixed ? "hidden" : null });
      write(number, say(value));
      control.show(value, { fixed });
    },
  };
}
