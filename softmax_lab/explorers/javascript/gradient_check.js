// GradientCheckExplorer: the step of a numerical derivative against the error of the check.

import { uprightBar } from "./bars.js";
import { complexNumbers } from "./complex.js";
import { choice, presets } from "./controls.js";
import { html, label, mapped, set, svg, write } from "./elements.js";
import { TYPES } from "./floats.js";
import { change, frame } from "./frame.js";
import { facts, METHODS, statement, summary } from "./gradient_check_words.js";
import * as maths from "./maths.js";
import { cutAfterDigits, digitsRight, plain, roundLimit, scientific, subscript } from "./numbers.js";
import { plot } from "./plot.js";

const STATE = ["z", "upstream", "mode", "label", "checked", "method", "dtype", "step"];
const NAMES = Object.keys(METHODS);

// ---- the maths

// The function that is checked, of complex logits [re, im], in the arithmetic of the float type.
function costOf({ mode, upstream, label, dtype }) {
  const { from, weightedOutput, crossEntropy } = complexNumbers(TYPES[dtype]);
  const typed = (z) => z.map(([re, im]) => [from(re)[0], from(im)[0]]);
  const sigma = upstream.map((value) => from(value)[0]);
  return mode === "free" ? (z) => weightedOutput(typed(z), sigma) : (z) => crossEntropy(typed(z), label);
}

// The step as z can take it: beside a z of 2 the last of its digits are lost.
const taken = (zk, s) => zk + s - zk;

const moved = (z, k, re, im = 0) => z.map((zj, j) => (j === k ? [zj + re, im] : [zj, 0]));

// The two values of C that a quotient compares, and what it makes of them.
export const QUOTIENTS = {
  forward(cost, z, k, step) {
    const s = taken(z[k], step);
    const [above, below] = [cost(moved(z, k, s))[0], cost(moved(z, k, 0))[0]];
    return { above, below, value: (above - below) / s };
  },
  central(cost, z, k, step) {
    const s = taken(z[k], step);
    const [above, below] = [cost(moved(z, k, s))[0], cost(moved(z, k, -s))[0]];
    return { above, below, value: (above - below) / (2 * s) };
  },
  complex(cost, z, k, s) {
    const [re, im] = cost(moved(z, k, 0, s));
    return { re, im, value: im / s };
  },
};

// Each entry by one method; nan where a step vanishes beside one of the logits.
function numericGradient(cost, z, method, step) {
  const vanishes = method !== "complex" && z.some((zk) => taken(zk, step) === 0);
  const quotients = z.map((_, k) => QUOTIENTS[method](cost, z, k, step));
  return vanishes ? quotients.map((quotient) => ({ ...quotient, value: NaN })) : quotients;
}

// As check_gradient measures: relative to the larger of the two, but not to what is smaller than
// 1e-4 of the largest number around.
function relativeErrors(analytic, numeric, atZ) {
  const floor = 1e-4 * Math.max(maths.largest(numeric), Math.abs(atZ));
  return analytic.map((a, k) => {
    const b = numeric[k];
    return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), floor);
  });
}

const STEPS = Array.from({ length: 161 }, (_, k) => 10 ** ((k - 160) / 8));

function gradientOf({ z, upstream, mode, label, checked }, h) {
  const t = z.map((_, k) => (k === label ? 1 : 0));
  const sigma = mode === "free" ? upstream : maths.crossEntropyUpstream(h, t);
  const right = mode === "free" ? maths.vjp(h, upstream) : maths.crossEntropyGradient(h, t);
  const alone = mode === "free" ? maths.diagonalOnly(h, upstream) : maths.sumOfOthers(h).map((rest, k) => -t[k] * rest);
  return { sigma, result: { right, diagonal_only: alone, doubled: right.map((value) => 2 * value) }[checked] };
}

// Everything at the chosen step: for each method its three quotients and its error.
export function computed(state) {
  const { z, step } = state;
  const h = maths.softmax(z);
  const { sigma, result } = gradientOf(state, h);
  const cost = costOf(state);
  const atZ = cost(moved(z, 0, 0))[0];
  const quotients = Object.fromEntries(NAMES.map((method) => [method, numericGradient(cost, z, method, step)]));
  const errors = Object.fromEntries(
    NAMES.map((method) => [method, relativeErrors(result, quotients[method].map(({ value }) => value), atZ)]),
  );
  return { h, sigma, result, cost: atZ, quotients, errors };
}

// The largest error of each method along all steps.
export function curves(state) {
  const cost = costOf(state);
  const { result } = gradientOf(state, maths.softmax(state.z));
  const atZ = cost(moved(state.z, 0, 0))[0];
  const worst = (method, step) =>
    Math.max(...relativeErrors(result, numericGradient(cost, state.z, method, step).map(({ value }) => value), atZ));
  return NAMES.map((method) => STEPS.map((step) => [step, worst(method, step)]));
}

// ---- the picture

const LEAST_ERROR = 1e-16; // what is smaller is chance, and drawn as this
const ACROSS = { label: "step s", limits: [1e-20, 1], logarithmic: true };
const UP = { label: "largest relative error", limits: [2e-17, 10], logarithmic: true };
const drawnError = (error) => (Number.isNaN(error) ? NaN : Math.max(error, LEAST_ERROR));

const PRESETS = { confident: [12, 0, -1], "z = 0": [0, 0, 0] };

function build({ root, model }) {
  const put = (values) => change(model, values);
  const classes = [0, 1, 2];
  const limits = { z: 4, upstream: 3 };

  const mode = choice("C", { free: "Σ σᵢhᵢ", cross_entropy: "cross-entropy" }, (value) => put({ mode: value }));
  const truth = choice("true class", { 0: "1", 1: "2", 2: "3" }, (value) => put({ label: Number(value) }));
  const checked = choice("gradient", { right: "right", diagonal_only: "diagonal alone", doubled: "doubled" }, (value) => put({ checked: value }));
  const dtype = choice("C in", { float64: "float64", float32: "float32" }, (value) => put({ dtype: value }));
  const method = choice("method", METHODS, (value) => put({ method: value }));
  const shortcuts = presets(mapped(PRESETS, (z) => () => put({ z })), () => put(model.get("_initial")));

  // z and σ, side by side.
  const bar = (variable, k, more) =>
    uprightBar({
      x: (variable === "z" ? 8 : 208) + 62 * k, width: 42, zero: 80, reach: 50, numberAt: 152,
      drag: {
        variable, index: k, limits: () => [-limits[variable], limits[variable]], step: 0.1, page: 1,
        change: (value) => put({ [variable]: model.get(variable).with(k, value) }), ...more,
      },
      kind: variable === "z" ? "z" : "sigma",
    });
  const bars = {
    z: classes.map((k) => bar("z", k, { label: `logit z ${k + 1}` })),
    upstream: classes.map((k) => bar("upstream", k, { label: `upstream error σ ${k + 1}` })),
  };
  const sigmaTitle = label(204, 16, "", "title");
  const outputs = classes.map((k) => svg("text", { class: "number", x: 29 + 62 * k, y: 178, "data-output": "h", "data-index": k }));

  // Both gradients, entry under entry, with all their digits.
  const kinds = label(380, 212, "", "letter end");
  const entries = classes.map((k) => {
    const [top, digits] = [242 + 54 * k, { class: "digits", x: 84 }];
    const given = svg("text", { ...digits, y: top, "data-output": "result", "data-index": k });
    const [right, wrong] = [svg("tspan", { class: "right" }), svg("tspan", { class: "wrong" })];
    const numeric = svg("text", { ...digits, y: top + 22, "data-output": "numeric", "data-index": k }, right, wrong);
    const agree = label(0, top + 22, "", "letter");
    const node = svg("g", {}, label(0, top, `∂C/∂z${subscript(k + 1)}`, "letter"), given, numeric, agree);
    return { node, given, right, wrong, numeric, agree };
  });
  const axis = (x) => svg("line", { class: "axis", x1: x, x2: x + 176, y1: 80, y2: 80 });
  const left = svg(
    "svg", { class: "left", viewBox: "0 0 380 372" },
    label(0, 16, "logits z (drag)", "title"), axis(0), ...bars.z.map(({ node }) => node),
    sigmaTitle, axis(200), ...bars.upstream.map(({ node }) => node),
    label(190, 178, "h", "letter"), ...outputs,
    label(0, 212, "∂C/∂z", "title"), kinds, ...entries.map(({ node }) => node),
  );

  const errors = plot({
    x: 62, y: 98, width: 400, height: 228,
    curves: NAMES.map((name, k) => ({ name, kind: ["first", "second", "third"][k], output: "error" })),
    legend: { x: 10, y: 12, beside: 160, say: (error) => (Number.isNaN(error) ? "no quotient" : scientific(error, 2)) },
    cursor: { variable: "step", label: "step s, as a power of ten", step: 0.25, page: 1, change: (step) => put({ step }) },
  });
  const right = svg("svg", { class: "right", viewBox: "0 0 480 374", style: "max-width:480px" }, errors.node);
  const [words, small] = ["words", "facts"].map((kind) => html("p", { class: kind }));

  // The curves change with everything but the step and the method.
  let drawn, lines;
  function curvesOf({ step, method, ...rest }) {
    const wanted = JSON.stringify(rest);
    if (wanted !== drawn) lines = curves(rest).map((curve) => curve.map(([s, error]) => [s, drawnError(error)]));
    drawn = wanted;
    return lines;
  }

  function show(state, { held }) {
    const now = computed(state);
    const free = state.mode === "free";
    if (!held) Object.assign(limits, { z: roundLimit(4, state.z), upstream: roundLimit(3, now.sigma) });
    Object.assign(root.dataset, { mode: state.mode, checked: state.checked, method: state.method });
    for (const [control, value] of [[mode, state.mode], [truth, state.label], [checked, state.checked], [dtype, state.dtype], [method, state.method]]) control.show(value);
    truth.node.hidden = free;
    write(sigmaTitle, free ? "σ (drag)" : "σ = −t/h");
    write(kinds, `${state.checked === "right" ? "formula" : "wrong formula"} above, ${METHODS[state.method]} below`);
    for (const k of classes) {
      bars.z[k].show(state.z[k], limits.z);
      bars.upstream[k].show(now.sigma[k], limits.upstream, { fixed: !free });
      write(outputs[k], plain(now.h[k], 3));
      set(outputs[k], { "data-value": now.h[k] });
      showEntry(entries[k], now.result[k], now.quotients[state.method][k].value);
    }
    const epsilon = TYPES[state.dtype].epsilon;
    errors.show({
      across: ACROSS,
      up: UP,
      lines: curvesOf(state),
      values: NAMES.map((name) => Math.max(...now.errors[name])),
      at: state.step,
      text: `s = ${scientific(state.step, 2)}`,
      marks: [{ across: Math.sqrt(epsilon), text: "√ε" }, { across: Math.cbrt(epsilon), text: "∛ε" }, { up: 1e-6, text: "check passes below" }],
    });
    write(words, statement(state, now));
    write(small, facts(state, now));
    return () => summary(state, now);
  }

  function showEntry({ given, right, wrong, numeric, agree }, analytic, value) {
    const count = digitsRight(value, analytic, 15);
    const [head, tail] = cutAfterDigits(scientific(value, 16), count);
    write(given, scientific(analytic, 16));
    write(right, head);
    write(wrong, tail);
    write(agree, `${count} agree`);
    set(given, { "data-value": analytic });
    set(numeric, { "data-value": value });
  }

  const controls = html("div", { class: "controls" }, mode.node, truth.node, checked.node, dtype.node, method.node, shortcuts);
  return { nodes: [controls, html("div", { class: "panels" }, left, right), words, small], show };
}

export const render = ({ model, el }) =>
  frame({
    model, el, build,
    state: STATE,
    name: "gradient_check",
    label: "The step of a numerical derivative, and the error of a gradient check",
  });
