// Elements that are dragged, or moved by keys.

import { KEYS_ARE_MINE, positionIn, set } from "./elements.js";
import { clamped, plain, rounded } from "./numbers.js";

const SLOP = 6; // px: what a finger may tremble before it moves somewhere
const FINGER = 44; // px: how large what it takes hold of has to be

// Whether a finger is on something small: within its box, made as large as a finger.
function isOn({ clientX, clientY }, element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const near = (at, low, high) =>
    Math.abs(at - (low + high) / 2) <= Math.max(FINGER, high - low) / 2;
  return near(clientX, left, right) && near(clientY, top, bottom);
}

// Tells of the moves of a finger whether they begin a drag sideways; null once it goes elsewhere, as
// to scroll the page.
function sideways(start) {
  return ({ clientX, clientY }) => {
    const [dx, dy] = [Math.abs(clientX - start.clientX), Math.abs(clientY - start.clientY)];
    if (dx < SLOP && dy < SLOP) return false;
    return dx > dy ? true : null;
  };
}

// Pointers that take hold of an element; it has the class `dragged` as long.
function listenToPointers(element, { drag, handle, fixed }) {
  const follow = (event) => drag(positionIn(element.ownerSVGElement, event));
  const held = () => element.classList.contains("dragged");
  let waiting = null; // for a finger to move sideways
  const hold = (event) => {
    waiting = null;
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    element.classList.add("dragged");
    follow(event);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || fixed()) return;
    const finger = event.pointerType === "touch";
    if (finger && handle && !isOn(event, handle)) return;
    event.stopPropagation();
    if (finger && !handle) {
      waiting = sideways(event);
      return;
    }
    event.preventDefault();
    hold(event);
  });
  element.addEventListener("pointermove", (event) => {
    const first = waiting?.(event);
    if (first) hold(event);
    else if (first === null) waiting = null;
    else if (held()) follow(event);
  });
  // A finger that drags must not scroll the page; touch-action does not reach into a picture.
  element.addEventListener("touchmove", (event) => held() && event.preventDefault(), {
    passive: false,
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    element.addEventListener(end, ({ type, target }) => {
      // What a finger came down on is the first to have it, and loses it to the element.
      if (type === "lostpointercapture" && target !== element) return;
      waiting = null;
      element.classList.remove("dragged");
    });
}

// `drag` is told where the pointer is, in the picture's units; `keys` maps keys to what they do. A
// finger takes hold of the `handle`, or without one by moving sideways.
export function draggable(element, { drag, keys, handle }) {
  const fixed = () => element.getAttribute("aria-disabled") === "true";
  set(element, { tabindex: 0, ...KEYS_ARE_MINE });
  element.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!fixed()) keys[event.key]();
  });
  listenToPointers(element, { drag, handle, fixed });
}

// A slider in the pattern of WAI-ARIA: `at` turns a position in the picture into a value,
// `limits` gives the least and the largest, and `change` is told the new value. What is dragged
// stops at multiples of `snap`; keys go by `step` and `page`.
export function slider(element, { variable, index, label, at, change, ...how }) {
  const { limits, step, page, snap, handle } = how;
  const snapped = (wanted) => (snap ? Math.round(wanted / snap) * snap : wanted);
  let value = 0;
  const move = (wanted) => {
    const next = rounded(clamped(wanted, limits()));
    if (next !== value) change(next);
  };
  const by = (amount) => () => move(value + amount);
  set(element, {
    role: "slider",
    "aria-label": label,
    "data-variable": variable,
    "data-index": index,
  });
  const keys = {
    ...{ ArrowRight: by(step), ArrowUp: by(step), ArrowLeft: by(-step), ArrowDown: by(-step) },
    ...{ PageUp: by(page), PageDown: by(-page) },
    ...{ Home: () => move(limits()[0]), End: () => move(limits()[1]) },
  };
  draggable(element, { handle, keys, drag: (position) => move(snapped(at(position))) });
  return {
    show(newValue, { fixed = false, hidden = false, text = plain(newValue, 2) } = {}) {
      value = newValue;
      set(element, { tabindex: hidden ? null : 0 });
      const [low, high] = limits();
      set(element, {
        "aria-valuemin": Math.min(low, value),
        "aria-valuemax": Math.max(high, value),
        "aria-valuenow": value,
        "aria-valuetext": text,
        "aria-disabled": fixed ? "true" : null,
      });
    },
  };
}
