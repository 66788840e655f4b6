/* global Reveal, RevealNotes, SECONDS */
// A deck: reveal.js, explorers on its slides, and whose the keys are.
//
// Page Up and Page Down, which a clicker sends, turn slides wherever the focus is. All other keys
// are an explorer's while it has the focus; Escape gives them back. E goes to the next preset of
// the explorer on the slide, D changes between light and dark.

const sources = JSON.parse(document.getElementById("sources").textContent);
const urls = {};

// A page from a file has no folder to import from: each module gets an address of its own.
function urlOf(name) {
  const linked = sources[name].replace(
    /(\bfrom\s*)"\.\/([\w-]+\.js)"/g,
    (_, from, file) => `${from}"${urlOf(file)}"`,
  );
  return (urls[name] ??= URL.createObjectURL(new Blob([linked], { type: "text/javascript" })));
}

async function drawExplorers() {
  const { modelOf } = await import(urlOf("alone.js"));
  for (const stage of document.querySelectorAll(".softmax-stage")) {
    const state = JSON.parse(stage.nextElementSibling.textContent);
    const explorer = await import(urlOf(state._module));
    explorer.render({ model: modelOf(state), el: stage });
  }
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
await drawExplorers();
await Reveal.initialize({
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
  keyboard: { 68: changeTheme, 69: nextPreset },
  plugins: [RevealNotes],
});
// A slide that is left keeps no key.
Reveal.on("slidechanged", () => document.activeElement?.blur());
