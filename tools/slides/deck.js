/* global Reveal, RevealNotes, SECONDS */
// A deck: reveal.js, explorers on its slides, and whose the keys are.
//
// Page Up and Page Down, which a clicker sends, turn slides wherever the focus is. All other keys
// are an explorer's while it has the focus; Escape gives them back. E goes to the next preset of
// the explorer on the slide, D changes between light and dark.

import { modelOf } from "../../softmax_lab/explorers/alone.js";
import { KINDS } from "../web/static/explorers/kinds.js";

for (const stage of document.querySelectorAll(".softmax-stage")) {
  const state = JSON.parse(stage.nextElementSibling.textContent);
  KINDS[stage.dataset.explorer]({ model: modelOf(state), el: stage });
}

const page = document.documentElement;
const inExplorer = (element) => element?.closest?.(".softmax-explorer");

function changeTheme() {
  page.dataset.theme = page.dataset.theme === "dark" ? "light" : "dark";
}

function nextPreset() {
  const explorer = Reveal.getCurrentSlide().querySelector(".softmax-explorer");
  explorer?.dispatchEvent(new KeyboardEvent("keydown", { key: "e" }));
}

const TURNS = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev() };

// Before the explorers and reveal.js hear of it.
addEventListener(
  "keydown",
  (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = inExplorer(document.activeElement);
    if (inside && event.key === "Escape") document.activeElement.blur();
    else if (event.key in TURNS) TURNS[event.key]();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

const asked = new URLSearchParams(location.search);
page.dataset.theme = asked.get("theme") === "dark" ? "dark" : "light";
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  display: "flex",
  controls: false,
  hash: true,
  slideNumber: "c/t",
  transition: "none",
  pdfSeparateFragments: false,
  totalTime: SECONDS,
  keyboardCondition: () => !inExplorer(document.activeElement),
  plugins: [RevealNotes],
});
Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Light or dark" }, changeTheme);
Reveal.addKeyBinding({ keyCode: 69, key: "E", description: "Next preset" }, nextPreset);
// A slide that is left keeps no key.
Reveal.on("slidechanged", () => document.activeElement?.blur());
