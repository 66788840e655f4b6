// SimplexExplorer: what J makes of a circle of logit changes, in the triangle of distributions.

import { uprightBar } from "./bars.js";
import { checkbox, presets, range } from "./controls.js";
import { html, label, mapped, set, svg, write } from "./elements.js";
import { change, frame } from "./frame.js";
import { heatmap } from "./heatmap.js";
import * as maths from "./maths.js";
import { plain, rounded, roundLimit, signed, subscript } from "./numbers.js";
import { draggable, slider } from "./slider.js";

const LEAST = 1e-3; // how near to an edge the point may be dragged
const STATE = ["z", "radius", "direction", "true_image"];

// ---- the maths of the plane: corners of a triangle with sides of length 1, y upwards

const CORNERS = [[0, 0], [1, 0], [0.5, Math.sqrt(3) / 2]];

// A distribution as a point; a change whose entries sum to 0 as an arrow.
const inPlane = (x) => [0, 1].map((axis) => maths.sum(x.map((xi, i) => xi * CORNERS[i][axis])));

function distributionAt([x, y]) {
  const h3 = y / CORNERS[2][1];
  const h2 = x - h3 / 2;
  const inside = [1 - h2 - h3, h2, h3].map((share) => Math.max(share, 0));
  return inside.map((share) => LEAST + (1 - 3 * LEAST) * (share / maths.sum(inside)));
}

// A change of the logits across (1, 1, 1), of length 1, drawn at this angle.
function unitChange(degrees) {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [-c / Math.SQRT2 - s / Math.sqrt(6), c / Math.SQRT2 - s / Math.sqrt(6), (2 * s) / Math.sqrt(6)];
}

const times = (J, v) => J.map((row) => maths.sum(row.map((entry, j) => entry * v[j])));
const ROUND = Array.from({ length: 90 }, (_, k) => 4 * k);

export function computed({ z, radius, direction }) {
  const h = maths.softmax(z);
  const J = maths.jacobian(h);
  const changeOf = (degrees) => unitChange(degrees).map((entry) => radius * entry);
  // Besides 0, for (1, 1, 1), J has two eigenvalues: their sum is its trace, their product 3h₁h₂h₃.
  const trace = maths.sum(h.map((hi, i) => J[i][i]));
  const product = 3 * h[0] * h[1] * h[2];
  const larger = (trace + Math.sqrt(Math.max(0, trace ** 2 - 4 * product))) / 2;
  return {
    h,
    J,
    change: changeOf(direction),
    result: times(J, changeOf(direction)),
    eigenvalues: [larger, larger > 0 ? product / larger : 0],
    ellipse: ROUND.map((degrees) => times(J, changeOf(degrees)).map((move, i) => h[i] + move)),
    image: ROUND.map((degrees) => maths.softmax(changeOf(degrees).map((move, i) => z[i] + move))),
  };
}

// ---- words

const PRESETS = {
  centre: [0, 0, 0],
  "towards an edge": [1.5, 1.5, -2],
  "towards a corner": [3.5, 0, -0.5],
  "in the corner": [9, 0, -1],
};

function statement({ eigenvalues: [larger, smaller] }) {
  if (larger < 0.02) return "In a corner the ellipse has collapsed to a point: J ≈ 0. A confident softmax hardly reacts to its logits, whatever error arrives. This is the vanishing gradient.";
  if (smaller < 0.02 || smaller < larger / 8) return "The ellipse is flat: one class has hardly any probability left, and changes between the two others are all that J lets through.";
  if (larger - smaller < 0.02) return "Near the middle the ellipse is a circle: softmax listens to every direction alike, and nowhere more than here.";
  return "J turns the circle of logit changes into this ellipse. Drag the point, a logit, or the arrow on the circle.";
}

// ---- the picture

const SIDE = 400;
const [LEFT, BASE] = [36, 378]; // the lower left corner of the triangle
const CIRCLE = { x: 96, y: 318, r: 62 };

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  const classes = [0, 1, 2];
  const mean = () => maths.sum(model.get("z")) / 3;
  const onPage = ([x, y]) => [LEFT + SIDE * x, BASE - SIDE * y];
  const path = (points) => `M${points.map((p) => onPage(inPlane(p)).map((c) => c.toFixed(2)).join(" ")).join("L")}Z`;
  // The point says what h is; the logits keep their mean, of which h knows nothing.
  const moveTo = (point) => {
    const logs = distributionAt(point).map(Math.log);
    const shift = mean() - maths.sum(logs) / 3;
    put({ z: logs.map((log) => rounded(log + shift)) });
  };
  let limit = 4;

  // The triangle.
  const outline = svg("path", { class: "outline", d: path([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) });
  const [image, ellipse] = ["image", "ellipse"].map((kind) => svg("path", { class: kind }));
  const arrow = svg("line", { class: "change", "marker-end": "none" });
  const tip = svg("circle", { class: "tip", r: 6 });
  const names = [[LEFT - 30, BASE + 26, "title"], [LEFT + SIDE + 30, BASE + 26, "title end"], [LEFT + SIDE / 2, 22, "title middle"]];
  const shares = classes.map((k) => svg("text", { class: names[k][2], x: names[k][0], y: names[k][1], "data-output": "h", "data-index": k }));
  const dot = svg("circle", { class: "dot", r: 11 });
  const point = svg("g", { class: "point", role: "slider", "aria-roledescription": "point in the triangle", "aria-label": "distribution h", "aria-valuemin": 0, "aria-valuemax": 1, "data-variable": "h", "data-index": 0 }, svg("circle", { class: "grip", r: 24 }), dot);
  const by = (x, y) => () => {
    const [px, py] = inPlane(maths.softmax(model.get("z")));
    moveTo([px + x, py + y]);
  };
  draggable(point, {
    drag: ({ x, y }) => moveTo([(x - LEFT) / SIDE, (BASE - y) / SIDE]),
    keys: {
      ArrowLeft: by(-0.02, 0), ArrowRight: by(0.02, 0), ArrowUp: by(0, 0.02), ArrowDown: by(0, -0.02),
      PageUp: by(0, 0.1), PageDown: by(0, -0.1), Home: by(-1, 0), End: by(1, 0),
    },
  });
  const triangle = svg("svg", { class: "triangle", viewBox: "0 0 472 412" }, outline, image, ellipse, arrow, tip, ...shares, point);

  // The logits, and one bar that moves them all.
  const slot = (k) => ({ x: 36 + 84 * k, width: 46 });
  const bars = classes.map((k) =>
    uprightBar({
      ...slot(k), zero: 92, reach: 58, numberAt: 172, kind: "z",
      drag: {
        variable: "z", index: k, label: `logit z ${k + 1}`, limits: () => [-limit, limit], step: 0.1, page: 1,
        change: (value) => put({ z: model.get("z").map((zj, j) => (j === k ? value : zj)) }),
      },
    }),
  );
  const all = uprightBar({
    ...slot(3.25), zero: 92, reach: 58, numberAt: 172, kind: "shift",
    drag: {
      variable: "shift", index: 0, label: "all logits together, along (1, 1, 1)", limits: () => [-limit, limit], step: 0.1, page: 1,
      change: (value) => { const shift = value - mean(); put({ z: model.get("z").map((zj) => rounded(zj + shift)) }); },
    },
  });

  // The circle of changes across (1, 1, 1), and the change chosen on it.
  const { x, y, r } = CIRCLE;
  const at = (degrees, length = r) => [x + length * Math.cos((degrees * Math.PI) / 180), y - length * Math.sin((degrees * Math.PI) / 180)];
  const spoke = svg("line", { class: "change", x1: x, y1: y });
  const knob = svg("circle", { class: "tip", r: 8 });
  const hand = svg("g", { class: "turn" }, svg("circle", { class: "grip", cx: x, cy: y, r: r + 16 }), spoke, knob);
  const turn = slider(hand, {
    variable: "direction", index: 0, label: "direction of the change of logits, in degrees", limits: () => [0, 360], step: 5, page: 30,
    at: (p) => (Math.atan2(y - p.y, p.x - x) * 180 / Math.PI + 360) % 360,
    change: (value) => put({ direction: value }),
  });
  const spokes = classes.flatMap((k) => {
    const [endX, endY] = at([210, 330, 90][k]);
    const [textX, textY] = at([210, 330, 90][k], r + 18);
    return [svg("line", { class: "axis", x1: x, y1: y, x2: endX, y2: endY }), label(textX, textY + 5, `z${subscript(k + 1)}`, "letter middle")];
  });

  let pointed = null;
  const map = heatmap({ x: 214, y: 252, n: 3, width: 70, height: 40, quantities: ["jacobian"], say: (entry) => signed(entry, 3), point: (cell) => { pointed = cell; redraw(); } });
  const moves = classes.map((k) => svg("text", { class: "number", x: 249 + 70 * k, y: 408, "data-output": "result", "data-index": k }));
  const logits = svg(
    "svg", { class: "logits", viewBox: "0 0 430 412" },
    label(0, 16, "logits z (drag)", "title"), label(36 + 84 * 3.25 + 23, 16, "all together", "title middle"),
    svg("line", { class: "axis", x1: 20, x2: 410, y1: 92, y2: 92 }), ...bars.map(({ node }) => node), all.node,
    label(0, 220, "a change of logits δ", "title"),
    svg("circle", { class: "ring", cx: x, cy: y, r }), ...spokes, hand,
    label(319, 220, "J", "title middle"),
    ...classes.map((k) => label(249 + 70 * k, 245, `z${subscript(k + 1)}`, "letter middle")),
    map.node, label(206, 408, "Jδ", "title end"), ...moves,
  );

  const radius = range("length of δ", { min: 0.05, max: 2, step: 0.05 }, (value) => put({ radius: value }), (value) => plain(value, 2));
  const exact = checkbox("where softmax really takes the circle (dashed)", (value) => put({ true_image: value }));
  const shortcuts = presets(mapped(PRESETS, (z) => () => put({ z })), () => put(model.get("_initial")));
  const [words, facts] = ["words", "facts"].map((kind) => html("p", { class: kind }));

  function show(state, { held }) {
    const now = computed(state);
    if (!held) limit = roundLimit(4, state.z);
    const [px, py] = onPage(inPlane(now.h));
    set(ellipse, { d: path(now.ellipse) });
    set(image, { d: path(now.image), display: state.true_image ? null : "none" });
    const [tx, ty] = onPage(inPlane(now.h.map((hi, i) => hi + now.result[i])));
    set(arrow, { x1: px, y1: py, x2: tx, y2: ty });
    set(tip, { cx: tx, cy: ty });
    set(point, { transform: `translate(${px} ${py})`, "aria-valuenow": now.h[0], "aria-valuetext": `h = ${now.h.map((hi) => plain(hi, 3)).join(", ")}` });
    for (const k of classes) {
      write(shares[k], `h${subscript(k + 1)} = ${plain(now.h[k], 3)}`);
      set(shares[k], { "data-value": now.h[k] });
      bars[k].show(state.z[k], limit);
      write(moves[k], signed(now.result[k], 3));
      set(moves[k], { "data-value": now.result[k] });
    }
    all.show(maths.sum(state.z) / 3, limit);
    const [hx, hy] = at(state.direction);
    set(spoke, { x2: hx, y2: hy });
    set(knob, { cx: hx, cy: hy });
    turn.show(state.direction, { text: `δ = ${now.change.map((move) => signed(move, 2)).join(", ")}` });
    map.show([now.J], {
      shown: 0, limit: 0.25, theme: root.dataset.theme,
      label: (i, k) => `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = ${signed(now.J[i][k], 3)}`,
      lit: (i, k) => pointed?.row === i && pointed.column === k,
    });
    radius.show(state.radius);
    exact.show(state.true_image);
    write(words, statement(now));
    const [larger, smaller] = now.eigenvalues.map((value) => plain(value, 3));
    write(facts, `half-axes ${larger} and ${smaller} times the length of δ  ·  along (1, 1, 1): 0  ·  δ = (${now.change.map((move) => signed(move, 2)).join(", ")})`);
    return () => `Logits ${state.z.map((zj) => plain(zj, 2)).join(", ")}. Output ${now.h.map((hi) => plain(hi, 3)).join(", ")}. ${statement(now)}`;
  }
  const controls = html("div", { class: "controls" }, shortcuts, radius.node, exact.node);
  return { nodes: [controls, html("div", { class: "panels even" }, triangle, logits), words, facts], show };
}

export const render = ({ model, el }) =>
  frame({
    model, el, build,
    state: STATE,
    name: "simplex",
    label: "The triangle of distributions over three classes, and what the Jacobian makes of a change of logits",
  });
