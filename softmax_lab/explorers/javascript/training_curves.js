// The curves of TrainingExplorer: the loss above, a quantity below, one cursor through both.

import { set, svg, write } from "./elements.js";
import { plot, scale } from "./plot.js";
import { slider } from "./slider.js";

// What the lower curves can show: one column, or two told apart by the dash.
export const QUANTITIES = {
  accuracy: {
    title: "accuracy",
    columns: ["accuracy", "held_out_accuracy"],
    names: ["trained on", "held out"],
    limits: [0, 1],
  },
  gradient_norm: {
    title: "gradient",
    columns: ["norm_hidden", "norm_output"],
    names: ["hidden layer", "output layer"],
  },
  saturated: {
    title: "saturated",
    label: "share of saturated hidden units",
    columns: ["saturated"],
    names: [""],
    limits: [0, 1],
  },
  largest_logit: { title: "largest logit", columns: ["largest_logit"], names: [""] },
  cosine: {
    title: "cosine",
    label: "cosine to the true gradient",
    columns: ["cosine"],
    names: [""],
    limits: [-0.2, 1],
  },
};
const LOSS = {
  title: "loss",
  columns: ["loss", "held_out_loss"],
  names: ["trained on", "held out"],
};

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
  const paths = ["curve", "curve dashed"].map((kind) => svg("path", { class: kind }));
  const texts = [0, 1].map(() => svg("text", { class: "tick" }));
  const node = svg("g", { class: "key" }, ...paths, ...texts);
  return {
    node,
    show(names) {
      set(node, { display: names.length < 2 ? "none" : null });
      if (names.length < 2) return;
      names.forEach((name, k) => {
        const x = WIDTH - 8 - 142 * (2 - k);
        set(paths[k], { d: `M${x} ${y - 5}h30` });
        set(texts[k], { x: x + 37, y });
        write(texts[k], name);
      });
    },
  };
}

// A cross where a run left the numbers.
function crosses(runs, { x: left, y: top, width, height }) {
  const d = "M-7 -7L7 7M-7 7L7 -7";
  const nodes = runs.map((_, k) => svg("path", { class: `cross run-${k}`, d }));
  return {
    nodes,
    show(shown, column, axes, last) {
      const x = scale(axes.across, left, width);
      const y = scale(axes.up, top + height, -height);
      shown.forEach((run, k) => {
        const end = run && run.loss.length - 1;
        if (!run || end >= last) return set(nodes[k], { display: "none" });
        const transform = `translate(${x.place(end)} ${y.place(run[column][end])})`;
        set(nodes[k], { display: null, transform });
      });
    },
  };
}

function curvesOf(rectangle, runs) {
  const kinds = runs.flatMap((_, k) => [`run-${k}`, `run-${k} dashed`]);
  const drawn = plot({ ...rectangle, curves: kinds.map((kind) => ({ name: "", kind })) });
  const names = key(rectangle.y - 14);
  const ends = crosses(runs, rectangle);
  return {
    nodes: [drawn.node, names.node, ...ends.nodes],
    show(shown, quantity, { epoch, last, logarithmic, across }) {
      const { title, label = title, columns, limits } = quantity;
      const all = shown.filter(Boolean).flatMap((run) => columns.flatMap((name) => run[name]));
      const each = shown.flatMap((run) => [0, 1].map((c) => run?.[columns[c]] ?? null));
      const up = { label, limits: limits ?? limitsOf(all, logarithmic), logarithmic, most: 5 };
      const axes = { across: { label: across, limits: [0, last] }, up };
      names.show(quantity.names);
      drawn.show({
        ...axes,
        lines: each.map((values) => values && values.map((value, e) => [e, value])),
        values: each.map((values) => values?.[epoch] ?? null),
        at: epoch,
      });
      ends.show(shown, columns[0], axes, last);
    },
  };
}

function cursor(last, setEpoch) {
  const across = scale({ limits: [0, last] }, LEFT, PLOT_WIDTH);
  const line = svg("path", { class: "cursor-line" });
  const knob = svg("rect", { class: "handle", y: END - 17, width: 12, height: 22, rx: 5 });
  const around = { width: PLOT_WIDTH + 16, height: END - UPPER.y + 20, rx: 6 };
  const grip = svg("rect", { class: "grip", x: LEFT - 8, y: UPPER.y - 6, ...around });
  const node = svg("g", { class: "cursor lying" }, grip, line, knob);
  const control = slider(node, {
    ...{ variable: "epoch", index: 0, label: "epoch", limits: () => [0, last], step: 1, page: 5 },
    at: ({ x }) => Math.round(across.unitsAt(x)),
    change: setEpoch,
  });
  return {
    node,
    show(epoch) {
      const x = across.place(epoch);
      const pieces = [UPPER, LOWER].map(({ y, height }) => `M${x} ${y - 4}v${height + 4}`);
      set(line, { d: pieces.join("") });
      set(knob, { x: x - 6 });
      control.show(epoch, { text: `epoch ${epoch} of ${last}` });
    },
  };
}

// `setEpoch` is told where the cursor is wanted.
export function curves(runs, last, setEpoch) {
  const [upper, lower] = [UPPER, LOWER].map((rectangle) => curvesOf(rectangle, runs));
  const hand = cursor(last, setEpoch);
  const nodes = [...upper.nodes, ...lower.nodes, hand.node];
  return {
    node: svg("svg", { class: "curves", viewBox: `0 0 ${WIDTH} ${END + 52}` }, ...nodes),
    show(shown, { epoch, quantity, scale: axis }) {
      const chosen = QUANTITIES[quantity];
      const [place, logarithmic] = [{ epoch, last }, axis === "log"];
      upper.show(shown, LOSS, { ...place, logarithmic, across: "" });
      const below = { logarithmic: logarithmic && !chosen.limits, across: "epoch" };
      lower.show(shown, chosen, { ...place, ...below });
      hand.show(epoch);
    },
  };
}
