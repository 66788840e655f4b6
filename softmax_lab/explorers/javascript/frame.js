// What all explorers have around them: the root, the theme of the page, a summary read aloud.

import { nextPreset } from "./controls.js";
import { html, write } from "./elements.js";

const QUIET = 600; // ms without a change before a screen reader is told
const TELLING = ["class", "style", "data-theme", "data-jp-theme-light", "data-jp-theme-name"];

// Light or dark, by the colour that the page gives its text.
function themeOf(root) {
  const [r, g, b] = getComputedStyle(root)
    .color.match(/[\d.]+/g)
    .map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "dark" : "light";
}

// Tells whenever the page may have changed its theme, until it is stopped.
function themeWatcher(tell) {
  const observer = new MutationObserver(tell);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter: TELLING });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", tell);
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", tell);
  };
}

// Sentences for a screen reader, by what they are about; not the one that the slider in use, of the
// variable `spoken`, has said already.
export const sentences = (about, spoken) =>
  Object.keys(about)
    .filter((name) => name !== spoken)
    .map((name) => about[name])
    .join(" ");

// One call for all that asks for one at once. Not on the model's "change", which Jupyter's models
// leave out after a change within a change.
function onceForAll(call) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      call();
    });
  };
}

// `state` names the traits that are shown. `build` is given the root and how to ask for a new
// drawing; it answers with the elements and with `show`, which draws a state into them and returns
// how to sum it up in words, without what the slider in use has said. `held` says to it whether something is being dragged: its scale stays
// then, or it would run away under the hand.
export function frame({ model, el, name, label, state, build }) {
  const about = { "data-explorer": name, role: "group", "aria-label": label };
  const root = html("div", { class: "softmax-explorer", ...about });
  const summary = html("p", { class: "summary", "aria-live": "polite" });
  el.append(root);
  root.addEventListener("keydown", nextPreset(root), true);

  let timer;
  function draw() {
    if (root.isConnected) root.dataset.theme = themeOf(root); // taken away, it has no colour
    const values = Object.fromEntries(state.map((name) => [name, model.get(name)]));
    const sumUp = show(values, { held: root.querySelector(".dragged") !== null });
    clearTimeout(timer);
    const say = () => write(summary, sumUp(root.querySelector(":focus")?.dataset.variable));
    timer = setTimeout(say, summary.textContent ? QUIET : 0);
  }

  const redraw = onceForAll(draw);
  const { nodes, show } = build({ root, model, redraw });
  root.append(...nodes, summary);
  const stopWatching = themeWatcher(redraw);
  for (const trait of state) model.on(`change:${trait}`, redraw);
  draw();

  return () => {
    clearTimeout(timer);
    stopWatching();
    for (const trait of state) model.off(`change:${trait}`, redraw);
  };
}

// Change the state, and tell Python of it once the change is drawn: the hand comes first.
export function change(model, values) {
  model.set(values);
  if (untold.has(model)) return;
  untold.add(model);
  const tell = () => {
    untold.delete(model);
    model.save_changes();
  };
  if (document.hidden) tell();
  else requestAnimationFrame(() => setTimeout(tell));
}
const untold = new WeakSet();
