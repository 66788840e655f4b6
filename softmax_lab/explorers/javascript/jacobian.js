// JacobianExplorer: the rows of J weighted by the upstream error, its columns summed into a vector.

import { lyingBar, uprightBar } from "./bars.js";
import { button, checkbox, choice, range } from "./controls.js";
import { html, KEYS_ARE_MINE, label, set, svg, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { heatmap } from "./heatmap.js";
import * as maths from "./maths.js";
import { plain, rounded, signed, steady, subscript, written } from "./numbers.js";

const MODES = {
  free: "free",
  cross_entropy: "cross-entropy",
  squared_error: "squared error",
  ones: "all ones",
};
const STAGES = { 1: "1 · J", 2: "2 · rows weighted by σ", 3: "3 · columns summed" };
const STATE = ["n", "z", "upstream", "target", "mode", "stage", "compare", "temperature"];

// ---- the state, and what follows from it

function read(model) {
  const state = Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
  // While n, z, upstream and target arrive one by one, from a link, z says how many classes.
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
  const [z, upstream] = ["z", "upstream"].map((name) => {
    const old = model.get(name);
    return [...old, ...model.get("_initial")[name].slice(old.length)].slice(0, n);
  });
  if (z.length !== model.get("z").length)
    change(model, { z, upstream, target: resizedTarget(model.get("target"), n) });
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

// ---- words

const name = (letter, k) => letter + subscript(k + 1);
const bracketed = (x, digits) => `(${signed(x, digits)})`;

function sumInWords({ mode, compare, temperature: T }, now, k) {
  const entry = `∂C/∂z${subscript(k + 1)}`;
  const letters = now.h.map((_, i) => `${mode === "ones" ? "" : name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)}`);
  const factors = now.h.map((_, i) =>
    mode === "ones" ? signed(now.J[i][k], 3) : `${bracketed(now.sigma[i], 2)}${bracketed(now.J[i][k], 3)}`,
  );
  const terms = now.weighted.map((row) => signed(row[k], 3));
  const lines = [`${entry} = ${letters.join(" + ")}`];
  lines.push(`= ${mode === "ones" ? written(factors) : factors.join(" + ")}`);
  if (mode !== "ones") lines.push(`= ${written(terms)}`);
  lines.push(`= ${signed(now.result[k], 3)}`);
  if (T !== 1) lines.push(`(J has the factor 1/T = ${plain(1 / T, 2)})`);
  if (compare) lines.push(`·  the diagonal alone: ${signed(now.diagonal[k], 3)}`);
  return lines.join("  ");
}

function entryInWords({ stage, temperature: T }, { h, J, sigma, weighted }, i, k) {
  const [hi, hk] = [h[i], h[k]].map((value) => plain(value, 3));
  const over = T === 1 ? "" : ` / ${plain(T, 2)}`;
  const derivative =
    i === k
      ? `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = ${name("h", i)}(1 − ${name("h", i)})${over && "/T"} = ${hi} · (1 − ${hi})${over}`
      : `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = −${name("h", i)}${name("h", k)}${over && "/T"} = −${hi} · ${hk}${over}`;
  const entry = `J${subscript(i + 1)}${subscript(k + 1)} = ${derivative} = ${signed(J[i][k], 3)}`;
  if (stage === 1) return entry;
  return `${entry}.  Weighted: ${name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)} = ${bracketed(sigma[i], 2)}${bracketed(J[i][k], 3)} = ${signed(weighted[i][k], 3)}`;
}

function statement({ mode, target }) {
  const total = maths.sum(target);
  const whole = Math.abs(total - 1) < 1e-9;
  return {
    free: "∂C/∂zₖ = Σᵢ σᵢJᵢₖ: row i of J is weighted by σᵢ, and each column is summed. Point at a number, or move to it with Tab, to see what makes it.",
    cross_entropy: whole
      ? "σ = −t/h. The sum of column k lands on hₖ − tₖ (◆), wherever you drag."
      : `σ = −t/h. The target sums to ${plain(total, 2)}, so column k lands on hₖ·Σt − tₖ (◆), not on hₖ − tₖ.`,
    squared_error: "σ = 2(h − t), and the result is 2J(h − t): watch it fade where softmax is confident, right or wrong.",
    ones: "σ = 1 everywhere: “just sum the rows”. Every column of J sums to 0, so the result is 0 whatever the logits are.",
  }[mode];
}

function inWords(state, now) {
  const list = (x, digits) => x.map((value) => plain(value, digits)).join(", ");
  return `Logits ${list(state.z, 2)}. Output ${list(now.h, 3)}. Upstream error, ${MODES[state.mode]}: ${list(now.sigma, 2)}. Result ${list(now.result, 3)}.`;
}

// ---- the picture

const [WIDE, MARGIN] = [380, 18]; // units of the left picture
const LIMIT = { z: 4, upstream: 3 };

// The limit, doubled until it holds all values.
function roundLimit(smallest, values) {
  const needed = maths.largest(values.filter(Number.isFinite).concat(0));
  return smallest * 2 ** Math.max(0, Math.ceil(Math.log2(needed / smallest)));
}

function build({ root, draw, model }) {
  const n = model.get("z").length;
  const put = (values) => change(model, values);
  const replaced = (variable, k) => (value) => {
    const values = [...model.get(variable)];
    values[k] = value;
    put({ [variable]: values });
  };
  let hovered = null;
  const hover = (place) => {
    hovered = place;
    draw();
  };
  let limits = { z: LIMIT.z, upstream: LIMIT.upstream };
  const classes = Array.from({ length: n }, (_, k) => k);

  // Left: z above, h below, class by class in one slot.
  const slot = (WIDE - MARGIN) / n;
  const width = Math.min(46, slot - 12);
  const place = (k) => ({ x: MARGIN + slot * (k + 0.5) - width / 2, width });
  const onAxis = (y) => svg("line", { class: "axis", x1: MARGIN, x2: WIDE, y1: y, y2: y });
  const zBars = classes.map((k) =>
    uprightBar({
      ...place(k), zero: 80, reach: 50, numberAt: 149, kind: "z", say: (zk) => signed(zk, n > 4 ? 1 : 2),
      drag: { variable: "z", index: k, label: `logit z ${k + 1}`, limits: () => [-limits.z, limits.z], step: 0.1, page: 1, change: replaced("z", k) },
    }),
  );
  const outputs = { zero: 286, reach: 92, below: 0 };
  const hBars = classes.map((k) =>
    uprightBar({ ...place(k), ...outputs, numberAt: 305, kind: "h", say: (hk) => plain(hk, n > 6 ? 2 : 3) }),
  );
  const targets = classes.map((k) =>
    uprightBar({
      ...place(k), ...outputs, numberAt: 327, kind: "t", say: (tk) => plain(tk, 2),
      drag: { variable: "target", index: k, label: `target t ${k + 1}`, limits: () => [0, maths.sum(model.get("target"))], step: 0.05, page: 0.25, change: (value) => put({ target: withShare(model.get("target"), k, value) }) },
    }),
  );
  for (const [k, { node }] of hBars.entries()) set(node, { "data-output": "h", "data-index": k, role: "img" });
  const hTitle = label(0, 182, "", "title");
  const tLetter = label(0, 327, "t", "letter");
  const left = svg(
    "svg", { class: "left", viewBox: `0 0 ${WIDE} 334` },
    label(0, 16, "logits z (drag)", "title"), label(0, 149, "z", "letter"), onAxis(80), ...zBars.map(({ node }) => node),
    hTitle, label(0, 305, "h", "letter"), tLetter, onAxis(286), ...hBars.map(({ node }) => node), ...targets.map(({ node }) => node),
  );

  // Right: σ lying beside the rows, J or the weighted rows, the sums below the columns.
  const narrow = n > 6;
  const cell = n <= 4 ? { width: 88, height: 52 } : { width: 66, height: narrow ? 34 : 42 };
  const say = (value) => (n <= 4 ? signed(value, 3) : steady(value, 2, narrow));
  const [x0, y0] = [136, 40];
  const [edge, bottom] = [x0 + n * cell.width, y0 + n * cell.height];
  const [zero, reach] = [bottom + 66, 42];
  const middle = (k) => x0 + (k + 0.5) * cell.width;
  const errors = classes.map((k) =>
    lyingBar({
      zero: 44, reach: 36, y: y0 + k * cell.height + 5, height: cell.height - 10, numberAt: x0 - 6, kind: "sigma", say: (sigma) => signed(sigma, narrow ? 1 : 2),
      drag: { variable: "upstream", index: k, label: `upstream error σ ${k + 1}`, limits: () => [-limits.upstream, limits.upstream], step: 0.1, page: 0.5, change: replaced("upstream", k) },
    }),
  );
  const map = heatmap({ x: x0, y: y0, n, ...cell, quantities: ["jacobian", "weighted"], say, hover });
  const results = classes.map((k) => {
    const bar = uprightBar({ x: middle(k) - 18, width: 36, zero, reach, numberAt: bottom + 128, kind: "result", say });
    const dash = svg("path", { class: "diagonal", "data-output": "diagonal", "data-index": k });
    const diamond = svg("path", { class: "landing" });
    const node = svg(
      "g", { class: "column", role: "img", tabindex: 0, "data-output": "result", "data-index": k, ...KEYS_ARE_MINE },
      svg("rect", { class: "grip", x: middle(k) - cell.width / 2 + 3, y: bottom + 2, width: cell.width - 6, height: 132, rx: 6 }),
      svg("path", { class: "arrow", d: `M${middle(k)} ${bottom + 4} v12 m-4 -5 l4 5 l4 -5` }),
      bar.node, dash, diamond,
    );
    for (const [event, place] of Object.entries({ pointerenter: { column: k }, focus: { column: k }, pointerleave: null, blur: null }))
      node.addEventListener(event, () => hover(place));
    return { node, bar, dash, diamond };
  });
  const [sigmaTitle, matrixTitle] = [label(0, 16, "", "title"), label((x0 + edge) / 2, 16, "", "title middle")];
  const right = svg(
    "svg", { class: narrow ? "right narrow" : "right", viewBox: `0 0 ${edge + 34} ${bottom + 138}`, style: `max-width:${edge + 34}px` },
    sigmaTitle, matrixTitle,
    ...classes.map((k) => label(middle(k), 35, name("z", k), "letter middle")),
    ...classes.map((k) => label(edge + 8, y0 + (k + 0.5) * cell.height + 5, name("h", k), "letter")),
    svg("line", { class: "axis", x1: 44, x2: 44, y1: y0, y2: bottom }), ...errors.map(({ node }) => node),
    map.node,
    label(x0 - 8, zero + 6, "Jᵀσ", "title end"),
    svg("line", { class: "axis", x1: x0, x2: edge, y1: zero, y2: zero }), ...results.map(({ node }) => node),
  );

  // Controls above, words below.
  const mode = choice("Upstream error σ", MODES, (value) => put({ mode: value }));
  const stage = choice("Show", STAGES, (value) => put({ stage: Number(value) }));
  const compare = checkbox("compare with the diagonal alone, σⱼhⱼ(1 − hⱼ)", (value) => put({ compare: value }));
  const truth = choice("True class", Object.fromEntries(classes.map((k) => [k, String(k + 1)])), (value) => put({ target: oneHot(n, Number(value)) }));
  const size = range("n", { min: 2, max: 8, step: 1 }, (value) => put({ n: value }));
  const temperature = range("temperature", { min: 0.2, max: 5, step: 0.1 }, (value) => put({ temperature: value }), (value) => plain(value, 1));
  const trueClass = () => model.get("target").indexOf(Math.max(...model.get("target")));
  const presets = html(
    "div", { class: "presets", role: "group", "aria-label": "Presets" },
    ...Object.entries(PRESETS).map(([label, preset]) => button(label, () => put({ z: preset(model.get("z"), trueClass()) }))),
    button("reset", () => reset(model), { class: "reset" }),
  );
  const controls = html("div", { class: "controls" }, mode.node, truth.node, stage.node, compare.node);
  const more = html("div", { class: "controls" }, presets, size.node, temperature.node);
  const [words, facts] = ["words", "facts"].map((kind) => html("p", { class: kind }));

  function show(state) {
    const now = computed(state);
    const { theme } = root.dataset;
    const hasTarget = state.mode === "cross_entropy" || state.mode === "squared_error";
    Object.assign(root.dataset, { mode: state.mode, stage: state.stage, compare: state.compare });
    // While a bar is held its scale stays, or it would run away under the hand.
    if (!root.querySelector(".dragged"))
      limits = { z: roundLimit(LIMIT.z, state.z), upstream: roundLimit(LIMIT.upstream, now.sigma) };

    mode.show(state.mode);
    stage.show(state.stage);
    compare.show(state.compare);
    size.show(n);
    temperature.show(state.temperature);
    truth.node.hidden = !hasTarget;
    truth.show(state.target.findIndex((tk, k) => tk > 0 && maths.sumOfOthers(state.target)[k] === 0));

    write(hTitle, hasTarget ? "output h = softmax(z),  target t (drag)" : state.temperature === 1 ? "output h = softmax(z)" : "output h = softmax(z / T)");
    write(sigmaTitle, state.mode === "free" ? "σ (drag)" : "σ");
    write(matrixTitle, state.stage === 1 ? "Jᵢₖ = ∂hᵢ/∂zₖ" : "σᵢ Jᵢₖ");
    state.z.forEach((zk, k) => {
      zBars[k].show(zk, limits.z);
      hBars[k].show(now.h[k], 1);
      set(hBars[k].node, { "data-value": now.h[k], "aria-label": `output h ${k + 1}: ${plain(now.h[k], 3)}` });
      for (const node of [targets[k].node, tLetter]) set(node, { display: hasTarget ? null : "none" });
      targets[k].show(state.target[k], Math.max(1, maths.sum(state.target)));
      errors[k].show(now.sigma[k], limits.upstream, { fixed: state.mode !== "free" });
    });

    const matrix = state.stage === 1 ? 0 : 1;
    map.show([now.J, now.weighted], {
      shown: matrix,
      limit: Math.max(0.25 / state.temperature, matrix ? maths.largest(now.weighted.flat().filter(Number.isFinite)) : 0),
      theme,
      label: (i, k) => entryInWords(state, now, i, k),
      lit: (i, k) => hovered !== null && hovered.column === k && (hovered.row === undefined || hovered.row === i),
    });
    const shown = [...now.result, ...(state.compare ? now.diagonal : [])].filter(Number.isFinite);
    const limit = Math.max(0.5, maths.largest(shown));
    results.forEach(({ node, bar, dash, diamond }, k) => {
      bar.show(now.result[k], limit);
      set(bar.node, { class: `slot ${now.result[k] < 0 ? "negative" : "positive"}` });
      set(node, { "data-value": now.result[k], "aria-label": sumInWords(state, now, k) });
      node.classList.toggle("lit", hovered?.column === k);
      const at = (value) => zero - (value / limit) * reach;
      set(dash, { d: `M${middle(k) - 28} ${at(now.diagonal[k])} h56`, display: state.compare ? null : "none", "data-value": now.diagonal[k] });
      const y = at(now.landing[k]);
      set(diamond, { d: `M${middle(k)} ${y - 6} l6 6 l-6 6 l-6 -6 z`, display: state.mode === "cross_entropy" ? null : "none" });
    });

    write(words, hovered === null ? statement(state) : hovered.row === undefined ? sumInWords(state, now, hovered.column) : entryInWords(state, now, hovered.row, hovered.column));
    const witness = `central differences agree: J to ${plain(now.jacobianError, 1)}, Jᵀσ to ${plain(now.resultError, 1)}`;
    const dust = maths.largest(now.rowSums);
    const laws = [`rows of J sum to 0${dust ? ` (here ${plain(dust, 0)})` : ""}`, "J = Jᵀ", `rank ${now.rank} of ${n}`, witness];
    write(facts, [...laws, ...(state.compare ? ["- - -  the diagonal alone"] : [])].join("  ·  "));
    return inWords(state, now);
  }
  return { nodes: [controls, html("div", { class: "panels" }, left, right), more, words, facts], show };
}

export function initialize({ model }) {
  model.on("change:n", () => resized(model));
}

export const render = ({ model, el }) =>
  frame({
    model, el, read, build,
    name: "jacobian",
    label: "The Jacobian of softmax, weighted by an upstream error and summed into a vector",
    shape: (state) => state.n,
  });
