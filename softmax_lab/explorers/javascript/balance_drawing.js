// The beam of BalanceExplorer, for one number of classes: weights, fulcrum, and their moments.

import { label, set, svg, write } from "./elements.js";
import { name } from "./jacobian_words.js";
import { largest } from "./maths.js";
import { clamped, roundLimit, signed, steady } from "./numbers.js";
import { slider } from "./slider.js";

const [WIDTH, HEIGHT] = [540, 366];
const [LEFT, RIGHT, BEAM] = [40, 516, 192]; // the beam, and how high it lies
const BREAK = 34; // how wide the place beyond the break is
const [LARGEST, SMALLEST, ROW] = [50, 5, 15]; // side of a weight of mass 1, of mass 0; of a label
const FIRST = 52; // where the row of the moments begins
const [ZERO, REACH] = [308, 32]; // of the arrows

// Which values the beam holds. Cross-entropy's farthest weight may stand at -1/h, hundreds away:
// the axis stays where the fulcrum is well to be seen, and what is farther stands beyond a break.
export function axisOf({ mode }, { sigma, average }) {
  if (mode === "cross_entropy") {
    const most = roundLimit(8, [average]);
    return { low: -most, high: most / 8, broken: true };
  }
  const limit = roundLimit(mode === "free" ? 3 : 2, sigma);
  return { low: -limit, high: limit, broken: false };
}

export const beyond = ({ low, broken }, sigma) =>
  broken ? [...sigma.entries()].filter(([, value]) => value < low) : [];

const startOf = ({ broken }) => LEFT + (broken ? BREAK : 0);
const placeOf = (axis) => (value) =>
  value < axis.low
    ? LEFT - 4
    : startOf(axis) + ((value - axis.low) / (axis.high - axis.low)) * (RIGHT - startOf(axis));

// Where each weight stands: on the beam, or on those below it that it would cover. Heavy ones
// first. A label that does not fit into its weight stands beside it.
export function stacked(h, xs) {
  const boxes = [];
  const order = h.map((_, k) => k).sort((a, b) => h[b] - h[a] || a - b);
  for (const k of order) {
    const side = Math.max(SMALLEST, LARGEST * Math.sqrt(h[k]));
    const within = side >= ROW + 2;
    const [left, right] = [xs[k] - side / 2, xs[k] + side / 2 + (within ? 0 : 14)];
    const below = boxes.filter((box) => box && box.left < right && left < box.right);
    const bottom = Math.min(BEAM, ...below.map((box) => box.top));
    boxes[k] = { left, right, side, within, bottom, top: bottom - Math.max(side + 1, ROW) };
  }
  return boxes;
}

function weight(k, limits, at, change) {
  const grip = svg("rect", { class: "grip", rx: 6 });
  const bar = svg("rect", { class: "bar h mass", rx: 2 });
  const number = label(0, 0, String(k + 1), "class");
  const node = svg("g", { class: "lying weight" }, grip, bar, number);
  const about = { variable: "upstream", index: k, label: `upstream error σ ${k + 1}` };
  const control = slider(node, { ...about, limits, at, step: 0.1, snap: 0.1, page: 0.5, change });
  return {
    node,
    show(value, x, { side, within, bottom, top }, fixed) {
      set(bar, { x: x - side / 2, y: bottom - side, width: side, height: side });
      const size = { width: Math.max(side, 24) + 8, height: bottom - top + 4 };
      set(grip, { x: x - size.width / 2, y: top - 2, ...size });
      set(number, { x: within ? x : x + side / 2 + 8, y: bottom - (within ? side / 2 : 6) + 5 });
      control.show(value, { fixed });
    },
  };
}

function weights(classes, setUpstream) {
  let axis = { low: -3, high: 3 };
  const limits = () => [axis.low, axis.high];
  const at = ({ x }) =>
    axis.low + ((x - startOf(axis)) / (RIGHT - startOf(axis))) * (axis.high - axis.low);
  const all = classes.map((k) => weight(k, limits, at, (value) => setUpstream(k, value)));
  const title = label(0, 16, "", "title");
  return {
    nodes: [title, ...all.map(({ node }) => node)],
    show({ mode }, { h, sigma }, newAxis) {
      axis = newAxis;
      const fixed = mode !== "free";
      write(title, `a weight hₖ at each σₖ${fixed ? "" : " (drag)"}`);
      const xs = sigma.map(placeOf(axis));
      const boxes = stacked(h, xs);
      all.forEach((each, k) => each.show(sigma[k], xs[k], boxes[k], fixed));
    },
  };
}

// Five or so round numbers of the axis.
export function ticksOf({ low, high }) {
  const step = 2 ** Math.floor(Math.log2((high - low) / 4));
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

// The line with its ticks; a tick under the fulcrum is not written.
function beam() {
  const line = svg("path", { class: "beam" });
  const ticks = svg("g", {});
  const gap = LEFT + BREAK - 12;
  const mark = `H${gap} m-3 6 l6 -12 m3 12 l6 -12 M${gap + 8} ${BEAM}`;
  let drawn, words;
  const tick = (value, x) => {
    const text = signed(value, Number.isInteger(value) ? 0 : 2);
    words.push([x, label(x, BEAM + 23, text, "tick middle")]);
    return svg("line", { class: "axis", x1: x, x2: x, y1: BEAM, y2: BEAM + 7 });
  };
  return {
    nodes: [line, ticks],
    show(_, { average }, axis) {
      const place = placeOf(axis);
      if (drawn !== JSON.stringify(axis)) {
        drawn = JSON.stringify(axis);
        words = [];
        const lines = ticksOf(axis).map((value) => tick(value, place(value)));
        ticks.replaceChildren(...lines, ...words.map(([, node]) => node));
      }
      for (const [x, node] of words)
        set(node, { display: Math.abs(x - place(average)) < 28 ? "none" : null });
      set(line, { d: `M${LEFT - 12} ${BEAM} ${axis.broken ? mark : ""} H${RIGHT + 12}` });
    },
  };
}

// Where the beam balances; for comparison the point that the diagonal alone measures each from.
function fulcrum(classes) {
  const triangle = svg("path", { class: "fulcrum" });
  const text = label(0, BEAM + 55, "", "average");
  const node = svg("g", { "data-output": "average", role: "img" }, triangle, text);
  const own = classes.map(() => svg("path", { class: "own" }));
  return {
    nodes: [...own, node],
    show({ compare }, { average, shares }, axis) {
      const place = placeOf(axis);
      const x = place(average);
      set(triangle, { d: `M${x} ${BEAM + 2} l13 36 h-26 z` });
      write(text, `⟨h, σ⟩ = ${signed(average, 3)}`);
      set(text, { x: clamped(x, [100, WIDTH - 90]) });
      set(node, { "data-value": average, "aria-label": `average error ${signed(average, 3)}` });
      own.forEach((mark, k) => {
        const d = `M${place(shares[k])} ${BEAM + 2} l4 7 h-8 z`;
        set(mark, { d, display: compare ? null : "none" });
      });
    },
  };
}

// One moment: an arrow up or down with its number, σ above it; dashes for the diagonal alone.
function moment(k, n) {
  const slot = (WIDTH - FIRST) / n;
  const x = FIRST + slot * (k + 0.5);
  const arrow = svg("path", { class: "bar" });
  const number = label(x, 359, "", "number");
  const error = label(x, 269, "", "number error");
  const diagonal = svg("path", { class: "diagonal", "data-output": "diagonal", "data-index": k });
  const node = svg("g", { "data-output": "result", "data-index": k, role: "img" }, arrow, number);
  return {
    nodes: [error, node, diagonal],
    show({ compare }, { sigma, result, diagonal: alone, shown }, most) {
      const [length, there] = [result[k], alone[k]].map((value) => (value / most) * REACH);
      const way = Math.sign(length);
      const head = way * Math.min(12, Math.abs(length));
      const [tip, neck] = [ZERO - length, ZERO - length + head];
      set(arrow, {
        d: `M${x - 4} ${ZERO} V${neck} h-7 L${x} ${tip} L${x + 11} ${neck} h-7 V${ZERO} z`,
      });
      write(number, n > 6 ? steady(shown[k], 3, true) : signed(shown[k], 3));
      write(error, signed(sigma[k], n > 6 ? 1 : 2));
      const said = `∂C/∂${name("z", k)}, moment of class ${k + 1}: ${signed(result[k], 3)}`;
      const kind = way < 0 ? "negative" : "positive";
      set(node, { class: `moment ${kind}`, "data-value": result[k], "aria-label": said });
      const dashes = Number.isFinite(there) ? `M${x - 20} ${ZERO - there} h40` : "";
      set(diagonal, { d: dashes, display: compare ? null : "none", "data-value": alone[k] });
    },
  };
}

function moments(classes) {
  const all = classes.map((k) => moment(k, classes.length));
  const axis = svg("line", { class: "axis", x1: LEFT, x2: WIDTH, y1: ZERO, y2: ZERO });
  const letters = [label(0, 269, "σ", "letter"), label(0, 359, "∂C/∂z", "letter")];
  return {
    nodes: [...letters, axis, ...all.flatMap(({ nodes }) => nodes)],
    show(state, now) {
      const compared = state.compare ? now.diagonal.filter(Number.isFinite) : [];
      const most = Math.max(0.5, largest([...now.result, ...compared]));
      for (const each of all) each.show(state, now, most);
    },
  };
}

export function balance(classes, setUpstream) {
  const parts = [beam(), fulcrum(classes), weights(classes, setUpstream), moments(classes)];
  const size = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, style: `max-width:${WIDTH}px` };
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg(
      "svg",
      { class: classes.length > 4 ? "right balance" : "right balance few", ...size },
      ...nodes,
    ),
    show(state, now, axis) {
      for (const part of parts) part.show(state, now, axis);
    },
  };
}
