// The two pictures of JacobianExplorer, for one number of classes: z and h on the left; σ, the
// matrix and the result on the right.

import { lyingBar, uprightBar } from "./bars.js";
import { KEYS_ARE_MINE, label, pointable, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { column, digitsOf } from "./jacobian_maths.js";
import { isWeighted } from "./jacobian_motion.js";
import { BELOW, stacks } from "./jacobian_stack.js";
import { formulaWith, name, SYMBOLS } from "./jacobian_words.js";
import * as maths from "./maths.js";
import { plain, roundedTo, roundLimit, short, signed, subscript } from "./numbers.js";

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
      right.show(state, now, { ...options, limits });
    },
  };
}

// ---- z above, h and the target below, class by class in one slot

const [WIDTH, MARGIN] = [380, 18];
const LOWER = { zero: 280, reach: 90, below: 0 };

const axisAt = (y) => svg("line", { class: "axis", x1: MARGIN, x2: WIDTH, y1: y, y2: y });
const nodesOf = (parts) => parts.map(({ node }) => node);

function logits(classes, place, setZ) {
  let limit = 4;
  const say = (zk) => signed(zk, classes.length <= 4 ? 2 : Math.abs(zk) < 9.95 ? 1 : 0);
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

const narrow = (hk) => (hk > 0 && hk < 0.005 ? "\u22480" : plain(hk, 2));

function outputs(classes, place) {
  const say = (hk) => (classes.length > 6 ? narrow(hk) : plain(hk, 3));
  const bars = classes.map((k) =>
    uprightBar({ ...place(k), ...LOWER, numberAt: 302, kind: "h", say }),
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
      ...{ ...place(k), ...LOWER, numberAt: 323, kind: "t", say: (tk) => plain(tk, 2) },
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
      bars.forEach((bar, k) => bar.show(target[k], Math.max(1, total), { hidden: !inUse }));
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
const HEIGHTS = { 2: 49, 3: 49, 4: 42, 5: 36, 6: 32, 7: 30, 8: 30 };

// Where everything goes: cells are smaller, and numbers shorter, the more classes there are.
function layout(classes) {
  const n = classes.length;
  const cell = { width: n <= 4 ? 88 : 66, height: HEIGHTS[n] };
  const bottom = TOP + n * cell.height;
  return {
    ...{ n, classes, narrow: n > 6, cell, bottom, left: LEFT, zero: bottom + BELOW / 2 - 3 },
    right: LEFT + n * cell.width,
    middle: (k) => LEFT + (k + 0.5) * cell.width,
    row: (i) => TOP + i * cell.height,
  };
}

// The numbers of the matrix and of the sums. What is not 0 but is printed as 0 is told from what is.
function textsOf(n, { J, terms, result, printed }) {
  const say = n > 4 ? short : signed;
  const text = (value, shown, digits) =>
    value !== 0 && Math.abs(shown) < 0.5 * 10 ** -digits ? "\u22480" : say(shown, digits);
  const ofJ = digitsOf(J.flat(), n);
  return {
    entry: (i, k) => text(J[i][k], J[i][k], ofJ),
    term: (i, k) => text(terms[i][k], printed.terms[i][k], printed.digits),
    sum(k, rows) {
      const total = maths.sum(column(printed.terms, k).slice(0, rows));
      const shown = roundedTo(total, printed.digits);
      return text(rows === n ? result[k] : total, shown, printed.digits);
    },
  };
}

function weights({ classes, narrow, cell, row, bottom }, { setUpstream, point }) {
  let limit = 3;
  const say = (value) => signed(value, narrow || Math.abs(value) >= 100 ? 1 : 2);
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
  bars.forEach(({ node }, row) => pointable(node, { row }, point));
  const title = label(0, 16, "", "title");
  const axis = svg("line", { class: "axis", x1: 44, x2: 44, y1: TOP, y2: bottom });
  return {
    nodes: [title, axis, ...nodesOf(bars)],
    show({ mode }, { sigma }, { limits, lights, moment }) {
      const fixed = mode !== "free";
      limit = limits.upstream;
      write(title, fixed ? "σ" : "σ (drag)");
      bars.forEach(({ node, show }, k) => {
        show(sigma[k], limit, { fixed });
        node.classList.toggle("lit", lights.sigma(k));
        node.classList.toggle("waiting", moment.weighted[k] === 0);
      });
    },
  };
}

// ∂C/∂zₖ = Σᵢ σᵢ Jᵢₖ: each symbol can be pointed at, and what the picture has come to is written
// in full.
function formula(x, point) {
  const parts = Object.fromEntries(
    Object.entries(SYMBOLS).map(([symbol, { said }]) => {
      const about = { tabindex: 0, role: "img", "aria-label": said, ...KEYS_ARE_MINE };
      const node = svg("tspan", { class: "symbol", "data-symbol": symbol, ...about });
      pointable(node, { symbol }, point);
      return [symbol, node];
    }),
  );
  const [is, sum, gap] = [" = ", "Σᵢ ", " "].map((text) => svg("tspan", {}, text));
  const node = svg("text", { class: "title middle formula", x, y: 16 });
  node.append(parts.result, is, sum, parts.sigma, gap, parts.jacobian);
  const since = { result: 2, sigma: 1, jacobian: 0 };
  return {
    nodes: [node],
    show({ progress }, _, { pointed, lights }) {
      const texts = formulaWith(pointed);
      for (const [symbol, part] of Object.entries(parts)) {
        write(part, texts[symbol]);
        part.classList.toggle("lit", lights.symbol === symbol);
        part.classList.toggle("yet", symbol !== "jacobian" && progress <= since[symbol] - 1);
      }
      for (const part of [is, sum]) part.classList.toggle("yet", progress <= 1);
    },
  };
}

// What goes along a row that is being weighted.
function factor({ row, cell, right }) {
  const ground = svg("rect", { x: -24, y: -13, width: 48, height: 26, rx: 13 });
  const text = label(0, 6, "", "middle");
  const node = svg("g", { class: "factor", "aria-hidden": "true" }, ground, text);
  return {
    nodes: [node],
    show(_, __, { moment: { weighted } }) {
      const i = weighted.findIndex((share) => share > 0 && share < 1);
      set(node, { display: i < 0 ? "none" : null });
      if (i < 0) return;
      const x = LEFT - 24 + (right - LEFT + 48) * weighted[i];
      set(node, { transform: `translate(${x} ${row(i) + cell.height / 2})` });
      write(text, `× ${name("σ", i)}`);
    },
  };
}

const TRACE = 0.3; // how much of its colour a cell keeps whose term has slid down

function matrix({ n, classes, cell, right, middle, row }, { point, describedBy }) {
  const map = heatmap({
    ...{ x: LEFT, y: TOP, n, ...cell, describedBy, point },
    quantities: ["jacobian", "weighted"],
  });
  const columns = classes.map((k) => label(middle(k), 35, name("z", k), "letter middle"));
  const rows = classes.map((i) => label(right + 8, row(i + 0.5) + 5, name("h", i), "letter"));
  return {
    nodes: [...columns, ...rows, map.node],
    show({ temperature }, { J, weighted, terms }, { moment, theme, lights, texts }) {
      // No entry of J is larger than 1/4, divided by the temperature: that is the full colour.
      const full = 0.25 / temperature;
      const most = Math.max(full, maths.largest(terms.flat()));
      const shownAt = (i, k) => (isWeighted(moment, i, k) ? 1 : 0);
      map.show([J, weighted], {
        ...{ shownAt, theme, lit: lights.cell },
        text: (_, q, i, k) => (q === 0 ? texts.entry(i, k) : texts.term(i, k)),
        share: (_, i, k) =>
          (shownAt(i, k) ? terms[i][k] / most : J[i][k] / full) *
          (1 - (1 - TRACE) * moment.stacked[i]),
        label: (i, k, value) =>
          `${shownAt(i, k) ? name("σ", i) : ""}${name("J", i)}${subscript(k + 1)} = ${signed(value, 3)}`,
      });
    },
  };
}

function reduction(classes, callbacks) {
  const where = layout(classes);
  const [width, height] = [where.right + 34, where.bottom + BELOW];
  const parts = [
    formula((LEFT + where.right) / 2, callbacks.point),
    ...[weights, matrix, stacks].map((part) => part(where, callbacks)),
    factor(where),
  ];
  const size = { viewBox: `0 0 ${width} ${height}`, style: `max-width:${width}px` };
  const kind = where.narrow ? "right narrow" : "right";
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg("svg", { class: kind, ...size }, ...nodes),
    show(state, now, options) {
      const texts = textsOf(where.n, now);
      for (const part of parts) part.show(state, now, { ...options, texts });
    },
  };
}
