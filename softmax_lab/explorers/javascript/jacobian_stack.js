// Below the matrix of JacobianExplorer: its columns' terms, row after row slid down and stacked,
// and the height that is left, the result.

import { KEYS_ARE_MINE, label, pointable, set, svg, write } from "./elements.js";
import { column, sumsSoFar } from "./jacobian_maths.js";
import { name } from "./jacobian_words.js";
import { roundLimit, signed } from "./numbers.js";

const [HEAD, REACH, NUMBER] = [22, 46, 22]; // above the stacks, up and down from zero, the sums
export const BELOW = HEAD + 2 * REACH + NUMBER + 6; // how high all of it is

const kindOf = (value) => (value < 0 ? "negative" : value > 0 ? "positive" : "nothing");
const between = (from, to, share) => from + (to - from) * share;

// Each row has a strip of its own in every column, so that what goes down again hides nothing.
function strips({ n, cell, middle }) {
  const width = Math.min(24, (cell.width - 8) / n);
  return { width, at: (k, i) => middle(k) + width * (i - n / 2) };
}

// One term on its way from its cell to its place in the stack.
function piece(i, k, where) {
  const { cell, row, middle } = where;
  const { width, at } = strips(where);
  const node = svg("rect", { class: "piece", "data-row": i, "data-column": k, rx: 1.5 });
  const from = {
    ...{ x: middle(k) - cell.width / 2 + 1, y: row(i) + 1 },
    ...{ width: cell.width - 2, height: cell.height - 2 },
  };
  return {
    node,
    show(term, [start, end], share, lit) {
      set(node, { display: share > 0 ? null : "none" });
      if (share === 0) return;
      const height = Math.max(Math.abs(start - end), 1.5);
      // It goes down as the cell that it was, and shrinks to its place in the end.
      const late = share ** 4;
      set(node, {
        x: between(from.x, at(k, i) + 0.5, late),
        y: between(from.y, Math.min(start, end), share),
        width: between(from.width, width - 1, late),
        height: between(from.height, height, late),
        class: `piece ${kindOf(term)}${lit ? " lit" : ""}`,
      });
    },
  };
}

// Whose row each strip is.
function heads({ classes, bottom, ...where }) {
  const { width, at } = strips(where);
  const nodes = classes.flatMap((k) =>
    classes.map((i) => label(at(k, i) + width / 2, bottom + 16, String(i + 1), "whose middle")),
  );
  const node = svg("g", { class: where.n > 6 ? "heads many" : "heads" }, ...nodes);
  set(node, { style: `--strip:${width}px`, "aria-hidden": "true" });
  return {
    node,
    show(stacked) {
      nodes.forEach((each, place) =>
        set(each, { opacity: stacked[place % stacked.length] > 0 ? 1 : 0 }),
      );
    },
  };
}

// The sum so far as a bar as wide as the column: with its number, what the diagonal alone would
// give (dashes), and where h − t is (◇).
function sum(k, { cell, middle, bottom, zero }, { point, describedBy }) {
  const x = middle(k);
  const place = { "data-index": k };
  const wide = { x: x - cell.width / 2 + 3, width: cell.width - 6 };
  const grip = svg("rect", { class: "grip", ...wide, y: bottom + 2, height: BELOW - 4, rx: 6 });
  const bar = svg("rect", { class: "left-over", ...wide });
  const end = svg("path", { class: "level" });
  const diagonal = svg("path", { class: "diagonal", "data-output": "diagonal", ...place });
  const landing = svg("path", { class: "landing" });
  const number = label(x, zero + REACH + NUMBER, "", "number");
  const about = { role: "img", tabindex: 0, "aria-describedby": describedBy, ...KEYS_ARE_MINE };
  const node = svg("g", { class: "column", ...about, "data-output": "result", ...place });
  node.append(grip, bar);
  pointable(node, { column: k }, point);
  return {
    node,
    above: [end, number, diagonal, landing],
    // `height` is that of the sum so far, `text` its number.
    show({ mode, compare, progress }, now, { place, height, text, lit, done }) {
      const value = now.result[k];
      const level = place(height);
      const kind = kindOf(height);
      const box = { y: Math.min(level, zero), height: Math.abs(level - zero) };
      set(bar, { ...box, class: `left-over ${kind}` });
      set(end, { d: `M${wide.x} ${level}h${wide.width}`, class: `level ${kind}` });
      set(end, { display: text === "" ? "none" : null });
      write(number, text);
      set(number, { class: done ? "number done" : "number" });
      const said = `∂C/∂${name("z", k)} = ${signed(value, 3)}`;
      set(node, { "data-value": value, "aria-label": said });
      node.classList.toggle("lit", lit);
      const dashes = Number.isFinite(now.diagonal[k]) ? place(now.diagonal[k]) : zero;
      const d = `M${x - 28} ${dashes} h56`;
      set(diagonal, { d, display: compare ? null : "none", "data-value": now.diagonal[k] });
      const there = place(now.landing[k]);
      const shown = mode === "cross_entropy" && progress > 1 ? null : "none";
      set(landing, { d: `M${x} ${there - 6} l6 6 l-6 6 l-6 -6 z`, display: shown });
    },
  };
}

// The number that goes down with a term.
function carried(k, { row, cell, middle }) {
  const node = label(middle(k), 0, "", "number carried");
  return {
    node,
    show(i, share, text, ends, kind) {
      const y = between(row(i) + 1, Math.min(...ends), share);
      const height = between(cell.height - 2, Math.abs(ends[0] - ends[1]), share ** 4);
      const display = share > 0 && share < 0.8 ? null : "none";
      set(node, { y: y + height / 2, display, class: `number carried ${kind}` });
      write(node, text);
    },
  };
}

// One column: its terms on their way, and the sum so far.
function stack(k, where, callbacks) {
  const pieces = where.classes.map((i) => piece(i, k, where));
  const total = sum(k, where, callbacks);
  const riding = carried(k, where);
  return {
    behind: total.node,
    pieces: pieces.map(({ node }) => node),
    above: [...total.above, riding.node],
    show(state, now, sums, { place, moment: { stacked }, lights, texts }) {
      const ends = (i) => [place(sums[i]), place(sums[i + 1])];
      pieces.forEach((each, i) =>
        each.show(now.terms[i][k], ends(i), stacked[i], lights.cell(i, k)),
      );
      const landed = stacked.filter((share) => share === 1).length;
      const moving = Math.min(landed, pieces.length - 1);
      const kind = kindOf(now.terms[moving][k]);
      riding.show(moving, stacked[moving], texts.term(moving, k), ends(moving), kind);
      total.show(state, now, {
        ...{ place, lit: lights.result(k), done: landed === pieces.length },
        height: stacked.reduce((all, share, i) => all + share * (sums[i + 1] - sums[i]), 0),
        text: landed === 0 ? "" : texts.sum(k, landed),
      });
    },
  };
}

export function stacks(where, callbacks) {
  const { classes, right, zero, left } = where;
  const columns = classes.map((k) => stack(k, where, callbacks));
  const top = heads(where);
  const axis = svg("line", { class: "axis", x1: left, x2: right, y1: zero, y2: zero });
  const title = label(left - 8, zero + 6, "Jᵀσ", "title end");
  const pieces = columns.flatMap((each) => each.pieces);
  return {
    nodes: [
      ...[title, ...columns.map(({ behind }) => behind), axis, top.node],
      svg("g", { class: "stacks", "aria-hidden": "true" }, ...pieces),
      ...columns.flatMap(({ above }) => above),
    ],
    show(state, now, look) {
      const sums = classes.map((k) => sumsSoFar(column(now.terms, k)));
      const compared = state.compare ? now.diagonal : [];
      const most = roundLimit(0.25, [...sums.flat(), ...compared]);
      const place = (value) => zero - (value / most) * REACH;
      top.show(look.moment.stacked);
      columns.forEach((each, k) => each.show(state, now, sums[k], { ...look, place }));
    },
  };
}
