// StabilityExplorer: softmax and its gradient in three float types, naive against stable.

import { choice, presets } from "./controls.js";
import { html, mapped, paragraph } from "./elements.js";
import { TYPES } from "./floats.js";
import { change, frame } from "./frame.js";
import { lanes } from "./lanes.js";
import { roundLimit } from "./numbers.js";
import { computed } from "./stability_maths.js";
import { facts, statement, summary } from "./stability_words.js";
import { spelled, table } from "./tables.js";

export { computed };

const FARTHEST = 1000;
const USUAL = { float64: 1000, float32: 150, float16: 24 }; // how far the axis goes
const CLASSES = [0, 1, 2];

const PRESETS = {
  overflow: () => ({ z: [0, 800, 0], label: 0 }),
  underflow: () => ({ z: [-800, -801, -802] }),
  confident: () => ({ z: [40, 0, -1], label: 0 }),
  "at the limit": ({ highest }) => ({ z: [highest, highest - 1, highest - 2] }),
};

function controls(model, put) {
  const widths = { float16: "16", float32: "32", float64: "64" };
  const dtype = choice("float", widths, (value) => put({ dtype: value }));
  const names = { 0: "1", 1: "2", 2: "3" };
  const truth = choice("true class", names, (value) => put({ label: Number(value) }));
  const press = (preset) => () => put({ shift: 0, ...preset(TYPES[model.get("dtype")]) });
  const shortcuts = presets(mapped(PRESETS, press), () => put(model.get("_initial")));
  return {
    node: html("div", { class: "controls" }, dtype.node, truth.node, shortcuts),
    show(state) {
      dtype.show(state.dtype);
      truth.show(state.label);
    },
  };
}

// ---- the formula as it stands, shifted, and the gradient

// "e^z^ / Σ" with what stands between the carets raised.
function superscripted(text) {
  const [before, above, after] = text.split("^");
  return [before, html("sup", {}, above), after];
}

const ROWS = CLASSES.map((k) => `${k + 1}`);
const WAYS = {
  long_way: "−t/h, then J",
  h_minus_t: "h − t",
  result: "h, and −Σ of the rest",
  exact: "exact",
};

function asItStands() {
  const stored = { output: "stored", title: ["z + c"], given: true };
  const exponential = { output: "exponential", title: superscripted("e^z^") };
  const naive = { output: "naive", title: superscripted("e^z^ / Σ") };
  const drawn = table({ rows: ROWS, columns: [stored, exponential, naive] });
  return {
    node: drawn.node,
    show(_, { stored, naive, rightOf }, digits) {
      drawn.show({
        caption: ["the formula as it stands", `Σ = ${spelled(naive.S, digits)}`],
        values: [stored, naive.e, naive.h],
        right: [null, null, rightOf.naive],
        digits,
      });
    },
  };
}

function shiftedFirst() {
  const logit = { output: "shifted", title: ["z − max"], given: true };
  const exponential = { output: "shifted_exponential", title: superscripted("e^z − max^") };
  const softmax = { output: "shifted_softmax", title: superscripted("e^z − max^ / Σ") };
  const drawn = table({ rows: ROWS, columns: [logit, exponential, softmax] });
  return {
    node: drawn.node,
    show(_, { shifted, rightOf }, digits) {
      drawn.show({
        caption: ["shifted by the maximum first", `Σ = ${spelled(shifted.S, digits)}`],
        values: [shifted.shifted, shifted.e, shifted.h],
        right: [null, null, rightOf.shifted],
        digits,
      });
    },
  };
}

function threeWays() {
  const columns = CLASSES.map((k) => ({ title: [`∂C/∂z${"₁₂₃"[k]}`] }));
  const drawn = table({ rows: Object.values(WAYS), byRow: Object.keys(WAYS), columns });
  return {
    node: drawn.node,
    show({ label }, { gradients, exactGradient, rightOf }, digits) {
      const all = { ...gradients, exact: exactGradient };
      const ways = Object.keys(WAYS);
      drawn.show({
        caption: ["gradient of the cross-entropy, three ways", `true class ${label + 1}`],
        values: CLASSES.map((k) => ways.map((way) => all[way][k])),
        right: CLASSES.map((k) => ways.map((way) => rightOf[way]?.[k] ?? null)),
        digits,
      });
    },
  };
}

// ---- all together

function build({ model }) {
  const put = (values) => change(model, values);
  const above = controls(model, put);
  const line = lanes({
    setZ: (k, value) => put({ z: model.get("z").with(k, value) }),
    setShift: (value) => put({ shift: value }),
  });
  const [naive, shifted, gradient] = [asItStands(), shiftedFirst(), threeWays()];
  const [words, small] = ["words", "facts"].map((kind) => paragraph(kind));
  let limit = FARTHEST;

  function show(state, { held }) {
    const now = computed(state);
    const type = TYPES[state.dtype];
    const values = [...state.z, state.shift];
    if (!held) limit = Math.min(FARTHEST, roundLimit(USUAL[state.dtype], values));
    above.show(state);
    line.show(state, now, { limit, type });
    for (const drawn of [naive, shifted, gradient]) drawn.show(state, now, type.digits);
    words.show(statement(state, now));
    small.show(facts(state, now));
    return (spoken) => summary(state, now, spoken);
  }
  const tables = html("div", { class: "tables" }, naive.node, shifted.node);
  const panels = html("div", { class: "panels" }, line.node, tables);
  return { nodes: [above.node, panels, gradient.node, words.node, small.node], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "stability" },
    state: ["z", "shift", "dtype", "label"],
    label: "Softmax and its gradient in float16, float32 and float64, naive against stable",
  });
