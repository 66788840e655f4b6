// The browser's own controls, with what Jupyter and slide decks need to leave their keys alone.

import { html, KEYS_ARE_MINE, newId, set } from "./elements.js";

function keepKeys(input) {
  set(input, KEYS_ARE_MINE);
  input.addEventListener("keydown", (event) => event.stopPropagation());
  return input;
}

// The title of a row of buttons; the row's name is read aloud. WebKit lays a <legend> out above the
// row, whatever the style says.
export const legend = (title) => html("b", { class: "legend", "aria-hidden": "true" }, title);

// One of several, as a row of buttons: `options` maps values to labels.
export function choice(title, options, change) {
  const name = newId();
  const node = html("fieldset", title ? { "aria-label": title } : {});
  if (title) node.append(legend(title));
  const inputs = Object.entries(options).map(([value, label]) => {
    const input = keepKeys(html("input", { type: "radio", name, value }));
    input.addEventListener("change", () => change(value));
    node.append(html("label", {}, input, html("span", {}, label)));
    return input;
  });
  return {
    node,
    show(value) {
      for (const input of inputs) input.checked = input.value === String(value);
    },
  };
}

export function checkbox(label, change) {
  const input = keepKeys(html("input", { type: "checkbox" }));
  input.addEventListener("change", () => change(input.checked));
  return {
    node: html("label", { class: "check" }, input, label),
    show(value) {
      input.checked = value;
    },
  };
}

export function button(label, press, attributes = {}) {
  const node = keepKeys(html("button", { type: "button", ...attributes }, label));
  node.addEventListener("click", press);
  return node;
}

// Buttons in a row: `actions` maps labels to what pressing does; the last one resets.
export const presets = (actions, reset) =>
  html(
    "div",
    { class: "presets", role: "group", "aria-label": "Presets" },
    ...Object.entries(actions).map(([label, press]) => button(label, press)),
    button("reset", reset, { class: "reset" }),
  );

// A slider of the browser's own for a number of less weight, with what it says beside it.
export function range(label, { min, max, step }, change, said = String) {
  const input = keepKeys(html("input", { type: "range", min, max, step }));
  const output = html("output");
  input.addEventListener("input", () => change(Number(input.value)));
  return {
    node: html("label", { class: "range" }, label, input, output),
    show(value) {
      input.value = value;
      output.textContent = said(value);
      set(input, { "aria-valuetext": said(value) });
    },
  };
}

// Where a class is looking on (the layout .softmax-stage), E presses the next preset, or chooses the
// next of the first row where there are none.
export function nextPreset(root) {
  let pressed = -1;
  return ({ key, altKey, ctrlKey, metaKey }) => {
    if (key !== "e" || altKey || ctrlKey || metaKey || !root.closest(".softmax-stage")) return;
    const presets = root.querySelectorAll(".presets button");
    const all = presets.length ? presets : root.querySelector("fieldset").querySelectorAll("input");
    pressed = (pressed + 1) % all.length;
    all[pressed].click();
  };
}
