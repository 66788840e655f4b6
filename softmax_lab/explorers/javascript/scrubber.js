// The bar that goes through the reduction by hand, with the button that plays it.

import { button, choice } from "./controls.js";
import { html, KEYS_ARE_MINE, set, write } from "./elements.js";
import { clamped } from "./numbers.js";
import { END, stepFrom } from "./jacobian_motion.js";

const STAGES = { 0: "1 · J", 1: "2 · rows × σ", 2: "3 · columns summed" };

// In words, where the reduction stands.
export function momentInWords(progress, n) {
  const done = (from) => Math.min(n, Math.floor((progress - from) * n + 1e-6));
  if (progress === 0) return "J";
  if (progress <= 1) return `${done(0)} of ${n} rows weighted`;
  return `${done(1)} of ${n} rows stacked`;
}

// `go` is told where to; the browser's own slider, with keys that go from row to row.
function bar(go) {
  const about = { role: "slider", "aria-label": "progress of the reduction" };
  const place = { "data-variable": "progress", "data-index": 0, ...KEYS_ARE_MINE };
  const input = html("input", { type: "range", min: 0, max: END, step: "any", ...about, ...place });
  let n, progress;
  const keys = {
    ArrowRight: () => stepFrom(progress, n, 1),
    ArrowUp: () => stepFrom(progress, n, 1),
    ArrowLeft: () => stepFrom(progress, n, -1),
    ArrowDown: () => stepFrom(progress, n, -1),
    PageUp: () => clamped(Math.floor(progress + 1), [0, END]),
    PageDown: () => clamped(Math.ceil(progress - 1), [0, END]),
    Home: () => 0,
    End: () => END,
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!(event.key in keys) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(keys[event.key]());
  });
  input.addEventListener("input", () => go(Number(input.value)));
  return {
    node: input,
    show(state) {
      [n, progress] = [state.z.length, state.progress];
      if (Number(input.value) !== progress) input.value = progress;
      const ends = { "aria-valuemin": 0, "aria-valuemax": END, "aria-valuenow": progress };
      set(input, { ...ends, "aria-valuetext": momentInWords(progress, n) });
    },
  };
}

export function scrubber(put, play) {
  const go = (progress) => put({ progress });
  const pressed = button("", () => play.toggle(), { class: "play" });
  const hand = bar(go);
  const stages = choice("", STAGES, (stage) => go(Number(stage)));
  set(stages.node, { "aria-label": "stage" });
  return {
    node: html("div", { class: "scrubber" }, pressed, hand.node, stages.node),
    show(state) {
      write(pressed, play.playing() ? "❚❚ pause" : "▶ play");
      hand.show(state);
      stages.show(Math.floor(state.progress));
    },
  };
}
