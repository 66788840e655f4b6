// What all explorers have around them: the root, the theme of the page, a summary read aloud.

import { html, write } from "./elements.js";

const QUIET = 600; // ms without a change before a screen reader is told

// Light or dark, by the colour that the page gives its text.
function themeOf(root) {
  const [r, g, b] = getComputedStyle(root).color.match(/[\d.]+/g).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "dark" : "light";
}

// `build` makes the picture for a state; it returns its elements and how to draw a state into them.
// A new picture is built when `shape(state)` changes, the number of classes for example.
export function frame({ model, el, name, label, read, shape, build }) {
  const root = html("div", { class: "softmax-explorer", "data-explorer": name, role: "group", "aria-label": label });
  const summary = html("p", { class: "summary", "aria-live": "polite" });
  el.append(root);

  let picture, built, timer;
  function draw() {
    const state = read(model);
    if (shape(state) !== built) {
      built = shape(state);
      picture = build({ root, draw, model });
      root.replaceChildren(...picture.nodes, summary);
    }
    root.dataset.theme = themeOf(root);
    const words = picture.show(state);
    clearTimeout(timer);
    timer = setTimeout(() => write(summary, words), summary.textContent ? QUIET : 0);
  }

  const themes = new MutationObserver(draw);
  for (const element of [document.documentElement, document.body])
    themes.observe(element, { attributes: true, attributeFilter: ["class", "data-theme", "data-jp-theme-light", "data-jp-theme-name", "style"] });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", draw);
  model.on("change", draw);
  draw();

  return () => {
    clearTimeout(timer);
    themes.disconnect();
    preference.removeEventListener("change", draw);
    model.off("change", draw);
  };
}

// Change the state and tell Python.
export function change(model, values) {
  model.set(values);
  model.save_changes();
}
