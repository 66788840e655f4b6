// TrainingExplorer: runs with the right gradient and with wrong ones, scrubbed epoch by epoch.

import { button, checkbox, choice } from "./controls.js";
import { html, label, newId, set, svg, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { clamped } from "./numbers.js";
import { plot, scale } from "./plot.js";
import { slider } from "./slider.js";
import { card } from "./training_card.js";
import { at, betrayal, cellInWords, said, summary } from "./training_words.js";

const STATE = ["_runs", "run", "epoch", "others", "quantity", "scale"];
const CLASSES = 10;
const BEAT = 250; // ms an epoch, while it plays

// What the lower curves can show: one column, or two told apart by the dash.
const QUANTITIES = {
  accuracy: { title: "accuracy", columns: ["accuracy", "held_out_accuracy"], names: ["trained on", "held out"], limits: [0, 1] },
  gradient_norm: { title: "gradient", columns: ["norm_hidden", "norm_output"], names: ["hidden layer", "output layer"] },
  saturated: { title: "saturated", label: "share of saturated hidden units", columns: ["saturated"], names: [""], limits: [0, 1] },
  largest_logit: { title: "largest logit", columns: ["largest_logit"], names: [""] },
  cosine: { title: "cosine", label: "cosine to the true gradient", columns: ["cosine"], names: [""], limits: [-0.2, 1] },
};
const LOSS = { title: "loss", columns: ["loss", "held_out_loss"], names: ["trained on", "held out"] };

const titles = Object.fromEntries(Object.entries(QUANTITIES).map(([name, { title }]) => [name, title]));

// ---- the curves: the loss above, a quantity below, one cursor through both

const [WIDTH, LEFT, PLOT_WIDTH] = [430, 52, 370];
const UPPER = { x: LEFT, y: 34, width: PLOT_WIDTH, height: 156 };
const LOWER = { x: LEFT, y: 254, width: PLOT_WIDTH, height: 136 };
const END = LOWER.y + LOWER.height;

// Around all values: from 0 on; logarithmic, between powers of ten.
function limitsOf(values, logarithmic) {
  if (!logarithmic) return [Math.min(0, ...values), Math.max(...values) * 1.05];
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const [low, high] = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))];
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

// Solid for the first column, dashed for the second.
function key(y) {
  const [solid, dashed] = ["curve", "curve dashed"].map((kind) => svg("path", { class: kind }));
  const texts = [0, 1].map(() => svg("text", { class: "tick" }));
  const node = svg("g", { class: "key" }, solid, dashed, ...texts);
  return {
    node,
    show(names) {
      set(node, { display: names.length < 2 ? "none" : null });
      if (names.length < 2) return;
      names.forEach((name, k) => {
        const x = WIDTH - 8 - 142 * (2 - k);
        set([solid, dashed][k], { d: `M${x} ${y - 5}h30` });
        set(texts[k], { x: x + 37, y });
        write(texts[k], name);
      });
    },
  };
}

function curvesOf(rectangle, runs) {
  const drawn = plot({
    ...rectangle,
    curves: runs.flatMap((_, k) => [{ name: "", kind: `run-${k}` }, { name: "", kind: `run-${k} dashed` }]),
  });
  const names = key(rectangle.y - 14);
  const crosses = runs.map((_, k) => svg("path", { class: `cross run-${k}`, d: "M-7 -7L7 7M-7 7L7 -7" }));
  return {
    nodes: [drawn.node, names.node, ...crosses],
    show(shown, { title, label = title, columns, names: words, limits }, { epoch, last, logarithmic, across }) {
      const all = shown.filter(Boolean).flatMap((run) => columns.flatMap((column) => run[column]));
      const each = shown.flatMap((run) => [0, 1].map((c) => (run && columns[c] ? run[columns[c]] : null)));
      const axes = {
        across: { label: across, limits: [0, last] },
        up: { label, limits: limits ?? limitsOf(all, logarithmic), logarithmic, most: 5 },
      };
      names.show(words);
      drawn.show({
        ...axes,
        lines: each.map((values) => values && values.map((value, e) => [e, value])),
        values: each.map((values) => values?.[epoch] ?? null),
        at: epoch,
      });
      // A cross where a run left the numbers.
      const x = scale(axes.across, rectangle.x, rectangle.width);
      const y = scale(axes.up, rectangle.y + rectangle.height, -rectangle.height);
      shown.forEach((run, k) => {
        const end = run && run.loss.length - 1;
        const ended = run && end < last;
        set(crosses[k], { display: ended ? null : "none", ...(ended && { transform: `translate(${x.place(end)} ${y.place(run[columns[0]][end])})` }) });
      });
    },
  };
}

function curves(runs, last, setEpoch) {
  const [upper, lower] = [UPPER, LOWER].map((rectangle) => curvesOf(rectangle, runs));
  const across = scale({ limits: [0, last] }, LEFT, PLOT_WIDTH);
  const line = svg("path", { class: "cursor-line" });
  const knob = svg("rect", { class: "handle", y: END - 17, width: 12, height: 22, rx: 5 });
  const grip = svg("rect", { class: "grip", x: LEFT - 8, y: UPPER.y - 6, width: PLOT_WIDTH + 16, height: END - UPPER.y + 20, rx: 6 });
  const hand = svg("g", { class: "cursor lying" }, grip, line, knob);
  const control = slider(hand, {
    variable: "epoch", index: 0, label: "epoch", limits: () => [0, last], step: 1, page: 5,
    at: ({ x }) => Math.round(across.unitsAt(x)), change: setEpoch,
  });
  const node = svg("svg", { class: "curves", viewBox: `0 0 ${WIDTH} ${END + 52}` }, ...upper.nodes, ...lower.nodes, hand);
  return {
    node,
    show(shown, { epoch, quantity, scale: axis }) {
      const place = { epoch, last };
      const logarithmic = axis === "log";
      upper.show(shown, LOSS, { ...place, logarithmic, across: "" });
      lower.show(shown, QUANTITIES[quantity], { ...place, logarithmic: logarithmic && !QUANTITIES[quantity].limits, across: "epoch" });
      set(line, { d: [UPPER, LOWER].map(({ y, height }) => `M${across.place(epoch)} ${y - 4}v${height + 4}`).join("") });
      set(knob, { x: across.place(epoch) - 6 });
      control.show(epoch, { text: `epoch ${epoch} of ${last}` });
    },
  };
}

// The counts of a confusion, which come as one string, in rows.
function matrix(counts) {
  const all = counts.split(" ").map(Number);
  return Array.from({ length: CLASSES }, (_, row) => all.slice(row * CLASSES, (row + 1) * CLASSES));
}

// ---- playing: an epoch a beat, until the end, or until somebody else moves the cursor

function player(model, root, last, told) {
  let timer = null;
  let ours;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    told();
  };
  const go = (epoch) => {
    ours = epoch;
    change(model, { epoch });
  };
  const beat = () => {
    const epoch = model.get("epoch");
    if (!root.isConnected || epoch !== ours || epoch >= last) return stop();
    go(epoch + 1);
    if (epoch + 1 >= last) stop();
  };
  return {
    playing: () => timer !== null,
    stop,
    toggle() {
      if (timer !== null) return stop();
      go(model.get("epoch") >= last ? 0 : model.get("epoch"));
      timer = setInterval(beat, BEAT);
      told();
    },
  };
}

// ---- all together

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  const runs = model.get("_runs").map((each) => ({ ...each, confusion: each.confusion.map(matrix) }));
  const [right, ...wrong] = runs;
  const last = Math.max(...runs.map(({ loss }) => loss.length)) - 1;
  let pointed = null;
  const point = (cell) => {
    pointed = cell;
    redraw();
  };

  const named = Object.fromEntries(wrong.map(({ name }) => [name, said(name)]));
  const run = choice(`Beside “${said(right.name)}”`, named, (name) => put({ run: name }));
  const quantity = choice("Lower curves", titles, (name) => put({ quantity: name }));
  const logarithmic = checkbox("logarithmic", (on) => put({ scale: on ? "log" : "linear" }));
  const others = wrong.map(({ name }) => ({
    name,
    box: checkbox(said(name), (on) => put({ others: on ? [...model.get("others"), name] : model.get("others").filter((other) => other !== name) })),
  }));
  others.forEach(({ box }, k) => box.node.append(html("span", { class: `swatch run-${k + 1}` })));
  const also = html("div", { class: "also", role: "group", "aria-label": "Also draw" }, html("span", {}, "also draw"), ...others.map(({ box }) => box.node));

  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const play = player(model, root, last, redraw);
  const pressed = button("", () => play.toggle(), { class: "play" });
  const where = html("output", { class: "where" });
  const reset = button("reset", () => put(model.get("_initial")), { class: "reset" });

  const words = html("p", { class: "words", id: newId() });
  const [head, rest] = [html("strong"), html("span")];
  words.append(head, "  ", rest);
  const facts = html("span", { class: "facts" }, "held-out digits: blue right, orange mistaken");
  const picture = curves(runs, last, (epoch) => put({ epoch }));
  const cards = { right: card({ kind: "run-0", describedBy: words.id, point }) };
  const beside = Object.fromEntries(wrong.map(({ name }, k) => [name, card({ kind: `run-${k + 1}`, describedBy: words.id, point })]));
  const slot = html("div", { class: "cards" }, cards.right.node);

  function show(state) {
    // A link may bring what Python would refuse: a number between two epochs, a name half typed.
    state.epoch = Math.round(clamped(Number(state.epoch), [0, last]));
    const chosen = wrong.find(({ name }) => name === state.run) ?? wrong[0];
    state.run = chosen.name;
    const drawn = [right.name, state.run, ...state.others];
    const shown = runs.map((each) => (drawn.includes(each.name) ? each : null));
    const pair = [right, chosen];
    const limit = Math.max(...pair.flatMap(({ norm_hidden, norm_output }) => [...norm_hidden, ...norm_output]));

    run.show(state.run);
    quantity.show(state.quantity);
    logarithmic.show(state.scale === "log");
    for (const { name, box } of others) {
      box.show(state.others.includes(name));
      box.node.hidden = name === state.run;
    }
    pressed.hidden = motion.matches;
    if (motion.matches && play.playing()) play.stop();
    write(pressed, play.playing() ? "❚❚ pause" : "▶ play");
    write(where, `epoch ${state.epoch} of ${last}`);

    picture.show(shown, state);
    if (slot.lastChild !== beside[state.run].node) slot.replaceChildren(cards.right.node, beside[state.run].node);
    const options = { limit, pointed, theme: root.dataset.theme };
    cards.right.show(right, state.epoch, options);
    beside[state.run].show(chosen, state.epoch, options);
    const betrayed = betrayal(chosen, right, state.epoch, CLASSES, last);
    const [title, text] = pointed ? cellInWords(pair, state.epoch, pointed.row, pointed.column) : betrayed;
    write(head, title);
    write(rest, text);
    return () => `${summary(pair, state.epoch)} ${betrayed[1]}`;
  }

  const controls = html("div", { class: "controls" }, run.node, pressed, where, quantity.node, logarithmic.node, reset);
  const below = html("div", { class: "controls" }, also, facts);
  return { nodes: [controls, html("div", { class: "panels epochs" }, picture.node, slot), below, words], show };
}

export const render = ({ model, el }) =>
  frame({
    model, el, build,
    state: STATE,
    name: "training",
    label: "Training runs with the right gradient and with wrong ones, epoch by epoch",
  });
