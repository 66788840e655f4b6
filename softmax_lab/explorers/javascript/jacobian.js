// JacobianExplorer: the rows of J weighted by the upstream error, its columns summed into a vector.

import { checkbox, choice, presets, range } from "./controls.js";
import { html, mapped, newId, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { drawing } from "./jacobian_drawing.js";
import { entryInWords, lawsInWords, MODES, statement, sumInWords, summary } from "./jacobian_words.js";
import * as maths from "./maths.js";
import { plain, rounded } from "./numbers.js";

const STATE = ["n", "z", "upstream", "target", "mode", "stage", "compare", "temperature"];
const STAGES = { 1: "1 · J", 2: "2 · rows weighted by σ", 3: "3 · columns summed" };

// ---- the state, and what follows from it

// While n, z, upstream and target arrive one by one, from a link, z says how many classes.
function conforming(state) {
  const conform = (x) => state.z.map((_, k) => x[k] ?? 0);
  return { ...state, n: state.z.length, upstream: conform(state.upstream), target: conform(state.target) };
}

// Everything shown. Softmax is fed z/T, so every derivative by z has a factor 1/T.
export function computed({ z, upstream, target: t, mode, temperature: T }) {
  const scaled = (x) => x.map((value) => value / T);
  const h = maths.softmax(scaled(z));
  const J = maths.jacobian(h).map(scaled);
  const sigma = {
    free: () => upstream,
    cross_entropy: () => maths.crossEntropyUpstream(h, t),
    squared_error: () => maths.squaredErrorUpstream(h, t),
    ones: () => z.map(() => 1),
  }[mode]();
  const cost = {
    free: (z) => maths.sum(maths.softmax(scaled(z)).map((hi, i) => upstream[i] * hi)),
    cross_entropy: (z) => maths.crossEntropy(scaled(z), t),
    squared_error: (z) => maths.squaredError(maths.softmax(scaled(z)), t),
    ones: (z) => maths.sum(maths.softmax(scaled(z))),
  }[mode];
  // Where h has rounded to 0, -t/h is infinite: cross-entropy has a form that never divides.
  const byH = mode === "cross_entropy" ? maths.crossEntropyGradient(h, t) : maths.vjp(h, sigma);
  const result = scaled(byH);
  const byColumn = maths.centralDifferences((z) => maths.softmax(scaled(z)), z);
  const numericJ = J.map((row, i) => row.map((_, k) => byColumn[k][i]));
  const apart = (a, b) => maths.largest(a.map((value, i) => value - b[i]));
  return {
    h,
    J,
    sigma,
    weighted: maths.weightedRows(J, sigma),
    result,
    diagonal: scaled(maths.diagonalOnly(h, sigma)),
    landing: scaled(h.map((hk, k) => hk * maths.sum(t) - t[k])),
    rowSums: J.map(maths.sum),
    rank: Math.max(0, h.filter((hi) => hi > 0).length - 1),
    jacobianError: apart(J.flat(), numericJ.flat()),
    resultError: apart(result, maths.centralDifferences(cost, z)),
  };
}

// ---- changes of the state

// After a change of n: classes are cut off, or come back with the values they began with.
function resized(model) {
  const n = model.get("n");
  const initial = model.get("_initial");
  const values = {};
  for (const name of ["z", "upstream", "target"]) {
    const old = model.get(name);
    if (old.length === n) continue;
    values[name] = name === "target" ? resizedTarget(old, n) : [...old, ...initial[name].slice(old.length)].slice(0, n);
  }
  if (Object.keys(values).length) change(model, values);
}

// The sum stays what it was; a target that has lost all its mass names the last class left.
function resizedTarget(old, n) {
  const t = Array.from({ length: n }, (_, k) => old[k] ?? 0);
  const left = maths.sum(t);
  if (left === 0) t[n - 1] = 1;
  return t.map((tk) => (tk * maths.sum(old)) / (left || 1));
}

function reset(model) {
  const initial = model.get("_initial");
  const vectors = ["z", "upstream", "target"];
  const cut = vectors.map((name) => [name, initial[name].slice(0, initial.n)]);
  change(model, { ...initial, ...Object.fromEntries(cut) });
}

// Give class k the share `wanted`; the others keep their proportions, and the sum stays.
function withShare(t, k, wanted) {
  const total = maths.sum(t);
  const others = total - t[k];
  const left = total - wanted;
  return t.map((tj, j) =>
    rounded(j === k ? wanted : others > 0 ? (tj * left) / others : left / (t.length - 1)),
  );
}

const oneHot = (n, k) => Array.from({ length: n }, (_, j) => (j === k ? 1 : 0));

const PRESETS = {
  uniform: (z) => z.map(() => 0),
  confident: (z, c) => z.map((_, j) => (j === c ? 4 : -1 + 0.5 * (j % 3))),
  "confidently wrong": (z, c) => z.map((_, j) => (j === (c + 1) % z.length ? 4 : j === c ? -2 : -1 + 0.5 * (j % 3))),
  saturated: (z, c) => z.map((_, j) => (j === c ? 20 : -20)),
};

// ---- controls above, words below, the drawing in the middle

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  let pointed = null;
  const point = (place) => {
    pointed = place;
    redraw();
  };

  const mode = choice("Upstream error σ", MODES, (value) => put({ mode: value }));
  const stage = choice("Show", STAGES, (value) => put({ stage: Number(value) }));
  const compare = checkbox("compare with the diagonal alone, σⱼhⱼ(1 − hⱼ)", (value) => put({ compare: value }));
  const size = range("n", { min: 2, max: 8, step: 1 }, (value) => put({ n: value }));
  const temperature = range("temperature", { min: 0.2, max: 5, step: 0.1 }, (value) => put({ temperature: value }), (value) => plain(value, 1));
  const likeliest = () => model.get("target").indexOf(Math.max(...model.get("target")));
  const press = (preset) => () => put({ z: preset(model.get("z"), likeliest()) });
  const shortcuts = presets(mapped(PRESETS, press), () => reset(model));
  const truths = html("div", { class: "truths" });
  const panels = html("div", { class: "panels" });
  const words = html("p", { class: "words", id: newId() });
  const facts = html("p", { class: "facts" });

  // What depends on the number of classes is made anew when that changes; the rest keeps its focus.
  let truth, picture, drawn;
  function resize(n) {
    const names = Object.fromEntries(Array.from({ length: n }, (_, k) => [k, String(k + 1)]));
    truth = choice("True class", names, (value) => put({ target: oneHot(n, Number(value)) }));
    picture = drawing({
      n, point, describedBy: words.id,
      setZ: (k, value) => put({ z: model.get("z").with(k, value) }),
      setUpstream: (k, value) => put({ upstream: model.get("upstream").with(k, value) }),
      setShare: (k, value) => put({ target: withShare(model.get("target"), k, value) }),
    });
    truths.replaceChildren(truth.node);
    panels.replaceChildren(...picture.nodes);
    [drawn, pointed] = [n, null];
  }

  function show(given, { held }) {
    const state = conforming(given);
    if (state.n !== drawn) resize(state.n);
    const now = computed(state);
    Object.assign(root.dataset, { mode: state.mode, stage: state.stage, compare: state.compare });
    mode.show(state.mode);
    stage.show(state.stage);
    compare.show(state.compare);
    size.show(state.n);
    temperature.show(state.temperature);
    truths.hidden = !["cross_entropy", "squared_error"].includes(state.mode);
    truth.show(state.target.findIndex((tk) => tk > 0 && tk === maths.sum(state.target)));
    picture.show(state, now, { pointed, theme: root.dataset.theme, held });
    if (pointed === null) write(words, statement(state));
    else if (pointed.row === undefined) write(words, sumInWords(state, now, pointed.column));
    else write(words, entryInWords(state, now, pointed.row, pointed.column));
    write(facts, lawsInWords(state, now));
    return () => summary(state, now);
  }

  const controls = html("div", { class: "controls" }, mode.node, truths, stage.node, compare.node);
  const more = html("div", { class: "controls" }, shortcuts, size.node, temperature.node);
  return { nodes: [controls, panels, more, words, facts], show };
}

export function initialize({ model }) {
  // After the change, not within it: within, Jupyter's models lose track of what has changed.
  model.on("change:n", () => queueMicrotask(() => resized(model)));
}

export const render = ({ model, el }) =>
  frame({
    model, el, build,
    state: STATE,
    name: "jacobian",
    label: "The Jacobian of softmax, weighted by an upstream error and summed into a vector",
  });
