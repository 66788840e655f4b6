// ChartsExplorer: one slope, read from two charts, over the input and over the output.

import { ACTIVATIONS, computed, INPUTS } from "./charts_maths.js";
import { crosses, readings, summary } from "./charts_words.js";
import { choice, presets } from "./controls.js";
import { html, label, mapped, set, svg, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { clamped, plain, rounded } from "./numbers.js";
import { plot, scale } from "./plot.js";

export { computed };

const PRESETS = { "z = 1.2": 1.2, "z = 0": 0, "z = −0.4": -0.4, "far out": 4 };
const BOX = { x: 64, y: 52, width: 376, height: 214 };
const SIZE = { viewBox: "0 0 460 322", style: "max-width:460px" };
const POINTS = 120;

function controls(model, put) {
  const names = { sigmoid: "sigmoid", tanh: "tanh" };
  const activation = choice("activation", names, (value) => put({ activation: value }));
  const shortcuts = presets(
    mapped(PRESETS, (z) => () => put({ z })),
    () => put(model.get("_initial")),
  );
  return {
    node: html("div", { class: "controls" }, activation.node, shortcuts),
    show: (state) => activation.show(state.activation),
  };
}

const between = ([low, high]) =>
  Array.from({ length: POINTS + 1 }, (_, k) => low + ((high - low) * k) / POINTS);

// A cross where the other's number leads, on the edge where that is out of sight.
function cross() {
  const node = svg("path", { class: "cross" });
  return {
    node,
    show(at, value, across, up) {
      const { x, y, width, height } = BOX;
      const place = scale({ limits: across }, x, width).place(at);
      const level = scale({ limits: up }, y + height, -height).place(value);
      const [cx, cy] = [clamped(place, [x, x + width]), clamped(level, [y, y + height])];
      set(node, { d: `M${cx - 6} ${cy - 6}l12 12m0 -12l-12 12` });
    },
  };
}

function chart({ index, title, cursor }) {
  const drawn = plot({ ...BOX, curves: [{ name: title, kind: "first" }], cursor });
  const [right, wrong] = ["slope", "wrong"].map((name) =>
    svg("text", { class: "number", "data-output": name, "data-index": index }),
  );
  const other = cross();
  const possible = svg("rect", { class: "possible", y: BOX.y, height: BOX.height });
  set(right, { x: 268, y: 18 });
  set(wrong, { x: 368, y: 18 });
  const parts = [label(0, 18, title, "title"), possible, drawn.node, other.node, right, wrong];
  return {
    node: svg("svg", SIZE, ...parts),
    show({ across, up, form, at, otherAt, text, outputs, name }, value, off) {
      const lines = [between(across).map((x) => [x, form(x)])];
      const axes = { across: { label: name, limits: across }, up: { label: "slope", limits: up } };
      const marks = [{ up: value, text: "" }, ...(cursor ? [] : [{ across: at, text: "" }])];
      drawn.show({ ...axes, lines, values: [value], at, text, marks });
      const [from, to] = outputs.map(scale({ limits: across }, BOX.x, BOX.width).place);
      set(possible, { x: from, width: to - from });
      other.show(otherAt, off, across, up);
      write(right, `● ${plain(value, 3)}`);
      write(wrong, `× ${plain(off, 3)}`);
      set(right, { "data-value": value });
      set(wrong, { "data-value": off });
    },
  };
}

function build({ model }) {
  const put = (values) => change(model, values);
  const cursor = { variable: "z", label: "input z", step: 0.1, page: 1 };
  const setZ = (z) => put({ z: rounded(z) });
  const left = chart({
    index: 0,
    title: "over the input, f′(z)",
    cursor: { ...cursor, change: setZ },
  });
  const right = chart({ index: 1, title: "over the output, g(a)" });
  const above = controls(model, put);
  const [words, small] = ["words", "facts"].map((kind) => html("p", { class: kind }));

  function show(state) {
    const now = computed(state);
    const { zForm, aForm, across, up, outputs } = ACTIVATIONS[state.activation];
    const { z } = state;
    const input = { form: zForm, at: z, otherAt: now.a, text: `z = ${plain(z, 2)}`, name: "z" };
    const output = { form: aForm, at: now.a, otherAt: z, outputs, name: "a" };
    left.show({ ...input, across: INPUTS, outputs: INPUTS, up }, now.slopes[0], now.wrong[0]);
    right.show({ ...output, across, up }, now.slopes[1], now.wrong[1]);
    above.show(state);
    write(words, readings(state, now));
    write(small, crosses(state, now));
    return () => summary(state, now);
  }
  const panels = html("div", { class: "panels halves" }, left.node, right.node);
  return { nodes: [above.node, panels, words, small], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "charts" },
    state: ["z", "activation"],
    label: "The slope of an activation, read from a chart over its input and one over its output",
  });
