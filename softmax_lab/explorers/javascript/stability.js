// StabilityExplorer: softmax and its gradient in three float types, naive against stable.

import { choice, presets } from "./controls.js";
import { html, mapped, write } from "./elements.js";
import * as floats from "./floats.js";
import { change, frame } from "./frame.js";
import { lanes } from "./lanes.js";
import { digitsRight, roundLimit } from "./numbers.js";
import { facts, statement, summary } from "./stability_words.js";
import { spelled, table } from "./tables.js";

const STATE = ["z", "shift", "dtype", "label"];
const FARTHEST = 1000;
const USUAL = { float64: 1000, float32: 150, float16: 24 }; // how far the axis goes

// Everything shown. What is exact is computed in float64 from the logits as they are stored.
export function computed({ z, shift, dtype, label }) {
  const type = floats.TYPES[dtype];
  const stored = z.map((zj) => type.round(zj + shift));
  const t = z.map((_, k) => (k === label ? 1 : 0));
  const naive = floats.naiveSoftmax(stored, type);
  const stable = floats.shiftedSoftmax(stored, type);
  const exact = floats.TYPES.float64;
  const exactH = floats.shiftedSoftmax(stored, exact).h;
  const exactGradient = floats.crossEntropyGradient(stored, label, exact);
  const { sigma, result: longWay } = floats.longWay(stable.h, t, type);
  const gradients = {
    long_way: longWay,
    h_minus_t: floats.hMinusT(stable.h, t, type),
    result: floats.crossEntropyGradient(stored, label, type),
  };
  const right = (values, truth) => values.map((value, k) => digitsRight(value, truth[k], type.digits));
  return {
    stored, naive, stable, sigma, gradients, exactGradient,
    rightOf: {
      naive: right(naive.h, exactH),
      h: right(stable.h, exactH),
      ...Object.fromEntries(Object.entries(gradients).map(([way, values]) => [way, right(values, exactGradient)])),
    },
  };
}

const PRESETS = {
  overflow: () => ({ z: [0, 800, 0], label: 0 }),
  underflow: () => ({ z: [-800, -801, -802] }),
  confident: () => ({ z: [40, 0, -1], label: 0 }),
  "at the limit": ({ highest }) => ({ z: [highest, highest - 1, highest - 2] }),
};

const superscripted = (text) => {
  const [before, above, after = ""] = text.split("^");
  return above === undefined ? [before] : [before, html("sup", {}, above), after];
};

function build({ model }) {
  const put = (values) => change(model, values);
  const type = () => floats.TYPES[model.get("dtype")];
  const classes = [0, 1, 2];

  const dtype = choice("float", { float16: "16", float32: "32", float64: "64" }, (value) => put({ dtype: value }));
  const truth = choice("true class", { 0: "1", 1: "2", 2: "3" }, (value) => put({ label: Number(value) }));
  const press = (preset) => () => put({ shift: 0, ...preset(type()) });
  const shortcuts = presets(mapped(PRESETS, press), () => put(model.get("_initial")));

  const line = lanes({
    setZ: (k, value) => put({ z: model.get("z").with(k, value) }),
    setShift: (value) => put({ shift: value }),
  });
  const rows = classes.map((k) => `${k + 1}`);
  const naive = table({ rows, columns: [{ output: "stored", title: ["z + c"], given: true }, { output: "exponential", title: superscripted("e^z^") }, { output: "naive", title: superscripted("e^z^ / Σ") }] });
  const stable = table({ rows, columns: [{ output: "shifted", title: ["z − max"], given: true }, { output: "shifted_exponential", title: superscripted("e^z − max^") }, { output: "h", title: ["h"] }] });
  const ways = ["−t/h, then J", "h − t", "h, and −Σ of the rest", "exact"];
  const gradient = table({
    rows: ways, byRow: ["long_way", "h_minus_t", "result", "exact"],
    columns: classes.map((k) => ({ title: [`∂C/∂z${"₁₂₃"[k]}`] })),
  });
  const tables = html("div", { class: "tables" }, naive.node, stable.node);
  const [words, small] = ["words", "facts"].map((kind) => html("p", { class: kind }));
  let limit = FARTHEST;

  function show(state, { held }) {
    const now = computed(state);
    const { digits } = floats.TYPES[state.dtype];
    if (!held) limit = Math.min(FARTHEST, roundLimit(USUAL[state.dtype], [...state.z, state.shift]));
    dtype.show(state.dtype);
    truth.show(state.label);
    line.show(state, now, { limit, type: floats.TYPES[state.dtype] });
    naive.show({
      caption: ["the formula as it stands", `Σ = ${spelled(now.naive.S, digits)}`],
      values: [now.stored, now.naive.e, now.naive.h], right: [null, null, now.rightOf.naive], digits,
    });
    stable.show({
      caption: ["shifted by the maximum first", `Σ = ${spelled(now.stable.S, digits)}`],
      values: [now.stable.shifted, now.stable.e, now.stable.h], right: [null, null, now.rightOf.h], digits,
    });
    const all = [...Object.values(now.gradients), now.exactGradient];
    const counts = [...Object.keys(now.gradients).map((way) => now.rightOf[way]), null];
    gradient.show({
      caption: ["gradient of the cross-entropy, three ways", `true class ${state.label + 1}`],
      values: classes.map((k) => all.map((values) => values[k])),
      right: classes.map((k) => counts.map((ofWay) => ofWay?.[k] ?? null)), digits,
    });
    write(words, statement(state, now));
    write(small, facts(state, now));
    return () => summary(state, now);
  }

  const controls = html("div", { class: "controls" }, dtype.node, truth.node, shortcuts);
  return { nodes: [controls, html("div", { class: "panels" }, line.node, tables), gradient.node, words, small], show };
}

export const render = ({ model, el }) =>
  frame({
    model, el, build,
    state: STATE,
    name: "stability",
    label: "Softmax and its gradient in float16, float32 and float64, naive against stable",
  });
