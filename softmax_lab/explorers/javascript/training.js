// TrainingExplorer: runs with the right gradient and with wrong ones, scrubbed epoch by epoch.

import { button, checkbox, choice } from "./controls.js";
import { html, mapped, newId, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { clamped } from "./numbers.js";
import { card } from "./training_card.js";
import { curves, QUANTITIES } from "./training_curves.js";
import { player } from "./training_player.js";
import { betrayal, cellInWords, said, summary } from "./training_words.js";

const CLASSES = 10;

// ---- the runs, and the state

// The counts of a confusion, which come as one string, in rows.
function matrix(counts) {
  const all = counts.split(" ").map(Number);
  return Array.from({ length: CLASSES }, (_, row) => all.slice(row * CLASSES, (row + 1) * CLASSES));
}

const runsOf = (model) =>
  model.get("_runs").map((run) => ({ ...run, confusion: run.confusion.map(matrix) }));

// A link may bring what Python would refuse: a number between two epochs, a name half typed.
function possible(state, [, ...wrong], last) {
  const chosen = wrong.find(({ name }) => name === state.run) ?? wrong[0];
  const epoch = Math.round(clamped(Number(state.epoch), [0, last]));
  return { ...state, epoch, run: chosen.name };
}

// ---- controls

function above(model, put, [right, ...wrong], last, play) {
  const names = Object.fromEntries(wrong.map(({ name }) => [name, said(name)]));
  const run = choice(`Beside “${said(right.name)}”`, names, (name) => put({ run: name }));
  const titles = mapped(QUANTITIES, ({ title }) => title);
  const quantity = choice("Lower curves", titles, (name) => put({ quantity: name }));
  const logarithmic = checkbox("logarithmic", (on) => put({ scale: on ? "log" : "linear" }));
  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const pressed = button("", () => play.toggle(), { class: "play" });
  const where = html("output", { class: "where" });
  const reset = button("reset", () => put(model.get("_initial")), { class: "reset" });
  const nodes = [run.node, pressed, where, quantity.node, logarithmic.node, reset];
  return {
    node: html("div", { class: "controls" }, ...nodes),
    show(state) {
      run.show(state.run);
      quantity.show(state.quantity);
      logarithmic.show(state.scale === "log");
      pressed.hidden = motion.matches;
      if (motion.matches && play.playing()) play.stop();
      write(pressed, play.playing() ? "❚❚ pause" : "▶ play");
      write(where, `epoch ${state.epoch} of ${last}`);
    },
  };
}

function below(model, put, [, ...wrong]) {
  const others = wrong.map(({ name }, k) => {
    const without = () => model.get("others").filter((other) => other !== name);
    const box = checkbox(said(name), (on) =>
      put({ others: on ? [...without(), name] : without() }),
    );
    box.node.append(html("span", { class: `swatch run-${k + 1}` }));
    return { name, box };
  });
  const boxes = others.map(({ box }) => box.node);
  const about = { role: "group", "aria-label": "Also draw" };
  const also = html("div", { class: "also", ...about }, html("span", {}, "also draw"), ...boxes);
  const key = html("span", { class: "facts" }, "held-out digits: right on the diagonal");
  return {
    node: html("div", { class: "controls" }, also, key),
    show(state) {
      for (const { name, box } of others) {
        box.show(state.others.includes(name));
        box.node.hidden = name === state.run;
      }
    },
  };
}

// ---- the right run, and beside it the chosen one

function cards([right, ...wrong], options) {
  const ofRight = card({ kind: "run-0", ...options });
  const beside = wrong.map(({ name }, k) => [name, card({ kind: `run-${k + 1}`, ...options })]);
  const ofName = Object.fromEntries(beside);
  const node = html("div", { class: "cards" }, ofRight.node);
  return {
    node,
    show(chosen, epoch, look) {
      const norms = [right, chosen].flatMap((run) => [...run.norm_hidden, ...run.norm_output]);
      const limit = Math.max(...norms);
      const ofChosen = ofName[chosen.name];
      if (node.lastChild !== ofChosen.node) node.replaceChildren(ofRight.node, ofChosen.node);
      ofRight.show(right, epoch, { limit, ...look });
      ofChosen.show(chosen, epoch, { limit, ...look });
    },
  };
}

// ---- all together

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  const runs = runsOf(model);
  const last = Math.max(...runs.map(({ loss }) => loss.length)) - 1;
  const play = player(model, root, last, redraw);
  const controls = [above(model, put, runs, last, play), below(model, put, runs)];
  const words = html("p", { class: "words", id: newId() });
  const [head, rest] = [html("strong"), html("span")];
  words.append(head, "  ", rest);
  let pointed = null;
  const point = (cell) => {
    pointed = cell;
    redraw();
  };
  const picture = curves(runs, last, (epoch) => put({ epoch }));
  const tables = cards(runs, { describedBy: words.id, point });

  function show(given) {
    const state = possible(given, runs, last);
    const pair = [runs[0], runs.find(({ name }) => name === state.run)];
    const drawn = [runs[0].name, state.run, ...state.others];
    const shown = runs.map((run) => (drawn.includes(run.name) ? run : null));
    for (const each of controls) each.show(state);
    picture.show(shown, state);
    tables.show(pair[1], state.epoch, { pointed, theme: root.dataset.theme });
    const betrayed = betrayal(pair[1], pair[0], state.epoch, CLASSES, last);
    const { row, column } = pointed ?? {};
    const [title, text] = pointed ? cellInWords(pair, state.epoch, row, column) : betrayed;
    write(head, title);
    write(rest, text);
    return (spoken) => `${summary(pair, state.epoch, spoken)} ${betrayed[1]}`;
  }
  const panels = html("div", { class: "panels epochs" }, picture.node, tables.node);
  return { nodes: [controls[0].node, panels, controls[1].node, words], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "training" },
    state: ["_runs", "run", "epoch", "others", "quantity", "scale"],
    label: "Training runs with the right gradient and with wrong ones, epoch by epoch",
  });
