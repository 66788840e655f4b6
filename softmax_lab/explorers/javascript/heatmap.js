// A matrix as coloured cells with their numbers, blue through the page's ground to orange.

import { KEYS_ARE_MINE, pointable, set, svg, write } from "./elements.js";

// The colours of style.css that a share of -1, 0 and 1 has, as red, green and blue.
function coloursOf(node) {
  const style = getComputedStyle(node);
  return ["negative", "zero", "positive"].map((name) => {
    const hex = style.getPropertyValue(`--${name}`).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  });
}

function mixed([negative, zero, positive], share) {
  const end = share < 0 ? negative : positive;
  const amount = Math.min(1, Math.abs(share) || 0);
  return zero.map((channel, i) => Math.round(channel + (end[i] - channel) * amount));
}

// Black or white, whichever contrasts more: at least 4.5 to 1 on any colour (WCAG 2).
function legibleOn(rgb) {
  const linear = rgb.map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179 ? "#fff" : "#000";
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// The cells are one stop of the Tab key; arrows go from cell to cell.
function walkable(cells, n) {
  for (const { cell, row, column } of cells)
    cell.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const next = [row + step[0], column + step[1]];
      if (next.some((place) => place < 0 || place >= n)) return;
      const other = cells[next[0] * n + next[1]].cell;
      set(cell, { tabindex: -1 });
      set(other, { tabindex: 0 });
      other.focus();
    });
}

function cellAt(row, column, { x, y, width, height, quantities, describedBy, point }) {
  const [left, top] = [x + column * width, y + row * height];
  const inner = { x: left + 1, y: top + 1, width: width - 2, height: height - 2 };
  const ground = svg("rect", { ...inner, rx: 4 });
  const centre = { x: left + width / 2, y: top + height / 2 };
  const place = { "data-row": row, "data-column": column };
  const numbers = quantities.map((quantity) =>
    svg("text", { class: `number ${quantity}`, "data-output": quantity, ...place, ...centre }),
  );
  const kind = row === column ? "cell diagonal-cell" : "cell";
  const focus = { tabindex: row + column ? -1 : 0, "aria-describedby": describedBy };
  const cell = svg("g", { class: kind, role: "img", ...focus, ...KEYS_ARE_MINE });
  cell.append(ground, ...numbers);
  pointable(cell, { row, column }, point);
  return { cell, ground, numbers, row, column };
}

// `quantities` are the names of what a cell can show, one at a time; `say` makes text of a number;
// `point` is told which cell is pointed at or focused, or null.
export function heatmap({ n, say, ...look }) {
  const cells = Array.from({ length: n * n }, (_, k) => cellAt(Math.floor(k / n), k % n, look));
  walkable(cells, n);
  const node = svg("g", { class: "matrix" }, ...cells.map(({ cell }) => cell));
  let colours, drawnTheme;
  return {
    node,
    // One matrix for each quantity; `shownAt` says which of them a cell shows, and `share` how full
    // its colour is, from -1 to 1. `text` writes a number, of a quantity and a place.
    show(matrices, { shownAt = () => 0, theme, label, lit, share, text = say }) {
      if (theme !== drawnTheme) [colours, drawnTheme] = [coloursOf(node), theme];
      for (const { cell, ground, numbers, row, column } of cells) {
        const shown = shownAt(row, column);
        const value = matrices[shown][row][column];
        const colour = mixed(colours, share(value, row, column));
        const style = `fill:${legibleOn(colour)}`;
        set(ground, { fill: `rgb(${colour})` });
        numbers.forEach((number, q) => {
          const own = matrices[q][row][column];
          set(number, { "data-value": own, style, display: q === shown ? null : "none" });
          write(number, text(own, q, row, column));
        });
        set(cell, { "aria-label": label(row, column, value) });
        cell.classList.toggle("lit", lit(row, column));
      }
    },
  };
}
