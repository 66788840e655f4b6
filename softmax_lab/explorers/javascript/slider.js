// Elements that are dragged, or moved by keys.

import { KEYS_ARE_MINE, positionIn, set } from "./elements.js";
import { clamped, plain, rounded } from "./numbers.js";

// `drag` is told where the pointer is, in the picture's units; `keys` maps keys to what they do.
// While it is held the element has the class `dragged`.
export function draggable(element, { drag, keys }) {
  const fixed = () => element.getAttribute("aria-disabled") === "true";
  const follow = (event) => drag(positionIn(element.ownerSVGElement, event));
  const held = () => element.classList.contains("dragged");

  set(element, { tabindex: 0, ...KEYS_ARE_MINE });
  element.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!fixed()) keys[event.key]();
  });
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || fixed()) return;
    event.preventDefault();
    event.stopPropagation();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    element.classList.add("dragged");
    follow(event);
  });
  element.addEventListener("pointermove", (event) => held() && follow(event));
  // A finger that drags must not scroll the page; touch-action does not reach into a picture.
  element.addEventListener("touchmove", (event) => held() && event.preventDefault(), {
    passive: false,
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    element.addEventListener(end, () => element.classList.remove("dragged"));
}

// A slider in the pattern of WAI-ARIA: `at` turns a position in the picture into a value,
// `limits` gives the least and the largest, and `change` is told the new value.
export function slider(element, { variable, index, label, limits, step, page, at, change }) {
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
  draggable(element, {
    drag: (position) => move(at(position)),
    keys: {
      ArrowRight: by(step),
      ArrowUp: by(step),
      ArrowLeft: by(-step),
      ArrowDown: by(-step),
      PageUp: by(page),
      PageDown: by(-page),
      Home: () => move(limits()[0]),
      End: () => move(limits()[1]),
    },
  });
  return {
    show(newValue, { fixed = false, text = plain(newValue, 2) } = {}) {
      value = newValue;
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
