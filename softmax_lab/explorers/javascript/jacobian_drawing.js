// The two pictures of JacobianExplorer, for one number of classes: z and h on the left; σ, the
// matrix and the result on the right.

import { lyingBar, uprightBar } from "./bars.js";
import { KEYS_ARE_MINE, label, pointable, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { name } from "./jacobian_words.js";
import * as maths from "./maths.js";
import { plain, roundLimit, signed, steady, subscript } from "./numbers.js";

export function drawing({ n, ...callbacks }) {
  const classes = Array.from({ length: n }, (_, k) => k);
  const left = distributions(classes, callbacks);
  const right = reduction(classes, callbacks);
  let limits;
  return {
    nodes: [left.node, right.node],
    show(state, now, options) {
      if (!options.held) limits = { z: roundLimit(4, state.z), upstream: roundLimit(3, now.sigma) };
      left.show(state, now, limits);
      right.show(state, now, limits, options);
    },
  };
}

const finite = (x) => x.filter(Number.isFinite);

// ---- z above, h and the target below, class by class in one slot

const [WIDTH, MARGIN] = [380, 18];
const BELOW = { zero: 280, reach: 90, below: 0 };

const axisAt = (y) => svg("line", { class: "axis", x1: MARGIN, x2: WIDTH, y1: y, y2: y });
const nodesOf = (parts) => parts.map(({ node }) => node);

function logits(classes, place, setZ) {
  let limit = 4;
  const say = (zk) => signed(zk, classes.length > 4 ? 1 : 2);
  const bars = classes.map((k) =>
    uprightBar({
      ...{ ...place(k), zero: 78, reach: 50, numberAt: 146, kind: "z", say },
      drag: {
        ...{ variable: "z", index: k, label: `logit z ${k + 1}`, step: 0.1, page: 1 },
        limits: () => [-limit, limit],
        change: (value) => setZ(k, value),
      },
    }),
  );
  const title = label(0, 16, "logits z (drag)", "title");
  return {
    nodes: [title, label(0, 146, "z", "letter"), axisAt(78), ...nodesOf(bars)],
    show({ z }, _, limits) {
      limit = limits.z;
      bars.forEach((bar, k) => bar.show(z[k], limit));
    },
  };
}

function outputs(classes, place) {
  const say = (hk) => plain(hk, classes.length > 6 ? 2 : 3);
  const bars = classes.map((k) =>
    uprightBar({ ...place(k), ...BELOW, numberAt: 302, kind: "h", say }),
  );
  bars.forEach(({ node }, k) => set(node, { "data-output": "h", "data-index": k, role: "img" }));
  return {
    nodes: [label(0, 302, "h", "letter"), axisAt(280), ...nodesOf(bars)],
    show(_, { h }) {
      bars.forEach((bar, k) => {
        bar.show(h[k], 1);
        const said = `output h ${k + 1}: ${plain(h[k], 3)}`;
        set(bar.node, { "data-value": h[k], "aria-label": said });
      });
    },
  };
}

function targets(classes, place, setShare) {
  let total = 1;
  const bars = classes.map((k) =>
    uprightBar({
      ...{ ...place(k), ...BELOW, numberAt: 323, kind: "t", say: (tk) => plain(tk, 2) },
      drag: {
        ...{ variable: "target", index: k, label: `target t ${k + 1}`, step: 0.05, page: 0.25 },
        limits: () => [0, total],
        change: (value) => setShare(k, value),
      },
    }),
  );
  const title = label(0, 179, "", "title");
  const node = svg("g", {}, label(0, 323, "t", "letter"), ...nodesOf(bars));
  return {
    nodes: [title, node],
    show({ mode, target, temperature }) {
      const inUse = ["cross_entropy", "squared_error"].includes(mode);
      const output = `output h = softmax(z${temperature === 1 ? "" : " / T"})`;
      total = maths.sum(target);
      write(title, inUse ? `${output},  target t (drag)` : output);
      set(node, { display: inUse ? null : "none" });
      bars.forEach((bar, k) => bar.show(target[k], Math.max(1, total)));
    },
  };
}

export function distributions(classes, { setZ, setShare }) {
  const slot = (WIDTH - MARGIN) / classes.length;
  const width = Math.min(46, slot - 12);
  const place = (k) => ({ x: MARGIN + slot * (k + 0.5) - width / 2, width });
  const z = logits(classes, place, setZ);
  const parts = [z, outputs(classes, place), targets(classes, place, setShare)];
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg("svg", { class: "left", viewBox: `0 0 ${WIDTH} 330` }, ...nodes),
    show(...all) {
      for (const part of parts) part.show(...all);
    },
  };
}

// ---- σ lying beside the rows, J or the weighted rows, the sums below the columns

const [LEFT, TOP] = [136, 40];
const [REACH, GROUND] = [38, 60]; // of the results: how high they stand, how far below the matrix

// Where everything goes: cells are smaller, and numbers shorter, the more classes there are.
function layout(classes) {
  const n = classes.length;
  const narrow = n > 6;
  const cell = n <= 4 ? { width: 88, height: 49 } : { width: 66, height: narrow ? 34 : 40 };
  const bottom = TOP + n * cell.height;
  return {
    ...{ n, classes, narrow, cell, bottom, zero: bottom + GROUND },
    right: LEFT + n * cell.width,
    middle: (k) => LEFT + (k + 0.5) * cell.width,
    row: (i) => TOP + i * cell.height,
    say: (value) => (n <= 4 ? signed(value, 3) : steady(value, 2, narrow)),
  };
}

function weights({ classes, narrow, cell, row, bottom }, setUpstream) {
  let limit = 3;
  const say = (value) => signed(value, narrow ? 1 : 2);
  const bars = classes.map((k) =>
    lyingBar({
      ...{ zero: 44, reach: 36, y: row(k) + 5, height: cell.height - 10, numberAt: LEFT - 6 },
      ...{ kind: "sigma", say },
      drag: {
        ...{ variable: "upstream", index: k, label: `upstream error σ ${k + 1}` },
        ...{ limits: () => [-limit, limit], step: 0.1, page: 0.5 },
        change: (value) => setUpstream(k, value),
      },
    }),
  );
  const title = label(0, 16, "", "title");
  const axis = svg("line", { class: "axis", x1: 44, x2: 44, y1: TOP, y2: bottom });
  return {
    nodes: [title, axis, ...nodesOf(bars)],
    show({ mode }, { sigma }, limits) {
      const fixed = mode !== "free";
      limit = limits.upstream;
      write(title, fixed ? "σ" : "σ (drag)");
      bars.forEach((bar, k) => bar.show(sigma[k], limit, { fixed }));
    },
  };
}

function matrix({ n, classes, cell, right, middle, row, say }, { point, describedBy }) {
  const map = heatmap({
    ...{ x: LEFT, y: TOP, n, ...cell, say, describedBy, point },
    quantities: ["jacobian", "weighted"],
  });
  const title = label((LEFT + right) / 2, 16, "", "title middle");
  const columns = classes.map((k) => label(middle(k), 35, name("z", k), "letter middle"));
  const rows = classes.map((i) => label(right + 8, row(i + 0.5) + 5, name("h", i), "letter"));
  return {
    nodes: [title, ...columns, ...rows, map.node],
    show({ stage, temperature }, { J, weighted }, limits, { pointed, theme }) {
      const shown = stage === 1 ? 0 : 1;
      write(title, shown ? "σᵢ Jᵢₖ" : "Jᵢₖ = ∂hᵢ/∂zₖ");
      // No entry of J is larger than 1/4, divided by the temperature: that is the full colour.
      const largest = shown ? maths.largest(finite(weighted.flat())) : 0;
      const letter = (i, k) => `${shown ? name("σ", i) : ""}${name("J", i)}${subscript(k + 1)}`;
      map.show([J, weighted], {
        ...{ shown, limit: Math.max(0.25 / temperature, largest), theme },
        label: (i, k, value) => `${letter(i, k)} = ${signed(value, 3)}`,
        lit: (i, k) => pointed?.column === k && (pointed.row ?? i) === i,
      });
    },
  };
}

// One sum with its bar, what the diagonal alone would give (dashes), and where h − t is (◆).
function result(k, { cell, middle, bottom, zero, say }, { point, describedBy }) {
  const x = middle(k);
  const look = { x: x - 18, width: 36, zero, reach: REACH, numberAt: bottom + 118 };
  const bar = uprightBar({ ...look, kind: "result", say });
  const place = { "data-index": k };
  const diagonal = svg("path", { class: "diagonal", "data-output": "diagonal", ...place });
  const landing = svg("path", { class: "landing" });
  const size = { x: x - cell.width / 2 + 3, y: bottom + 2, width: cell.width - 6, height: 122 };
  const grip = svg("rect", { class: "grip", ...size, rx: 6 });
  const arrow = svg("path", { class: "arrow", d: `M${x} ${bottom + 3} v12 m-4 -5 l4 5 l4 -5` });
  const about = { role: "img", tabindex: 0, "aria-describedby": describedBy, ...KEYS_ARE_MINE };
  const node = svg("g", { class: "column", ...about, "data-output": "result", ...place });
  node.append(grip, arrow, bar.node, diagonal, landing);
  pointable(node, { column: k }, point);
  return {
    node,
    show({ mode, compare }, now, most, lit) {
      const value = now.result[k];
      const [alone, there] = [now.diagonal[k], now.landing[k]].map(
        (v) => zero - (v / most) * REACH,
      );
      bar.show(value, most);
      set(bar.node, { class: `slot ${value < 0 ? "negative" : "positive"}` });
      const said = `∂C/∂${name("z", k)} = ${signed(value, 3)}`;
      set(node, { "data-value": value, "aria-label": said });
      node.classList.toggle("lit", lit);
      const dashes = { d: `M${x - 28} ${alone} h56`, display: compare ? null : "none" };
      set(diagonal, { ...dashes, "data-value": now.diagonal[k] });
      const shown = mode === "cross_entropy" ? null : "none";
      set(landing, { d: `M${x} ${there - 6} l6 6 l-6 6 l-6 -6 z`, display: shown });
    },
  };
}

function results(where, callbacks) {
  const columns = where.classes.map((k) => result(k, where, callbacks));
  const { right, zero } = where;
  const axis = svg("line", { class: "axis", x1: LEFT, x2: right, y1: zero, y2: zero });
  return {
    nodes: [label(LEFT - 8, zero + 6, "Jᵀσ", "title end"), axis, ...nodesOf(columns)],
    show(state, now, limits, { pointed }) {
      const compared = state.compare ? finite(now.diagonal) : [];
      const most = Math.max(0.5, maths.largest([...finite(now.result), ...compared]));
      columns.forEach((column, k) => column.show(state, now, most, pointed?.column === k));
    },
  };
}

function reduction(classes, { setUpstream, ...callbacks }) {
  const where = layout(classes);
  const parts = [weights(where, setUpstream), matrix(where, callbacks), results(where, callbacks)];
  const [width, height] = [where.right + 34, where.bottom + 126];
  const size = { viewBox: `0 0 ${width} ${height}`, style: `max-width:${width}px` };
  const kind = where.narrow ? "right narrow" : "right";
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg("svg", { class: kind, ...size }, ...nodes),
    show(...all) {
      for (const part of parts) part.show(...all);
    },
  };
}
