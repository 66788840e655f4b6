// The reduction in motion: what a moment of it looks like, and the player.

import { change } from "./frame.js";
import { clamped } from "./numbers.js";

export const END = 2;
const DURATION = 4000; // ms from the first moment to the last

const smooth = (x) => x * x * (3 - 2 * x);

// How far each row is weighted, and how far it has slid down, from 0 to 1: one after the other.
export function momentOf(progress, n) {
  const from = (start) =>
    Array.from({ length: n }, (_, i) => smooth(clamped((progress - start) * n - i, [0, 1])));
  return { weighted: from(0), stacked: from(1) };
}

// Whether the factor of row i has come by column k.
export const isWeighted = ({ weighted }, i, k) => weighted[i] > (k + 0.5) / weighted.length;

// For whoever wants no motion: the last moment at which a row was done.
export const inSteps = (progress, n) => Math.floor(progress * n + 1e-9) / n;

// The next moment at which a row is done, or the one before.
export function stepFrom(progress, n, way) {
  const place = progress * n;
  const next = way > 0 ? Math.floor(place + 1e-6) + 1 : Math.ceil(place - 1e-6) - 1;
  return clamped(next / n, [0, END]);
}

export const wantsNoMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Plays from where it stands to the end, from the end anew; until somebody else moves it. Python
// is told where it came to rest, not of every frame. `told` hears of every start and stop.
export function player(model, root, told) {
  let frame = null;
  let ours, before;
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = null;
    change(model, { progress: model.get("progress") });
    told();
  };
  const go = (progress) => {
    ours = progress;
    model.set({ progress });
  };
  const next = (now) => {
    const progress = model.get("progress");
    if (!root.isConnected || progress !== ours) return stop();
    go(Math.min(END, progress + ((now - (before ?? now)) / DURATION) * END));
    before = now;
    if (ours === END) return stop();
    frame = requestAnimationFrame(next);
  };
  return {
    playing: () => frame !== null,
    toggle() {
      if (frame !== null) return stop();
      go(model.get("progress") >= END ? 0 : model.get("progress"));
      before = null;
      frame = requestAnimationFrame(next);
      told();
    },
  };
}
