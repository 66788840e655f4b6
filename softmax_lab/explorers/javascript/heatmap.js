// A matrix as coloured cells with their numbers, blue through the page's ground to orange.

import { KEYS_ARE_MINE, pointable, set, svg, write } from "./elements.js";

const COLOURS = {
  light: { negative: [33, 102, 172], middle: [255, 255, 255], positive: [194, 87, 26] },
  dark: { negative: [74, 144, 217], middle: [38, 42, 54], positive: [226, 121, 59] },
};

function colourOf(share, theme) {
  const { negative, middle, positive } = COLOURS[theme];
  const end = share < 0 ? negative : positive;
  const amount = Math.min(1, Math.abs(share) || 0);
  return middle.map((channel, i) => Math.round(channel + (end[i] - channel) * amount));
}

// Black or white, whichever contrasts more: at least 4.5 to 1 on any colour (WCAG 2).
function legibleOn(rgb) {
  const linear = rgb.map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179 ? "#fff" : "#000";
}

// `quantities` are the names of what a cell can show, one at a time; `say` makes text of a number;
// `point` is told which cell is pointed at or focused, or null. The cells are one stop of the Tab
// key; arrows go from cell to cell.
export function heatmap({ x, y, n, width, height, quantities, say, describedBy, point }) {
  const cells = [];
  const node = svg("g", { class: "matrix" });
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) {
      const [left, top] = [x + column * width, y + row * height];
      const ground = svg("rect", { x: left + 1, y: top + 1, width: width - 2, height: height - 2, rx: 4 });
      const centre = { x: left + width / 2, y: top + height / 2 };
      const numbers = quantities.map((quantity) =>
        svg("text", { class: `number ${quantity}`, "data-output": quantity, "data-row": row, "data-column": column, ...centre }),
      );
      const cell = svg("g", { class: row === column ? "cell diagonal-cell" : "cell", role: "img", tabindex: row + column ? -1 : 0, "aria-describedby": describedBy, ...KEYS_ARE_MINE }, ground, ...numbers);
      pointable(cell, { row, column }, point);
      cell.addEventListener("keydown", (event) => {
        const next = {
          ArrowUp: [row - 1, column],
          ArrowDown: [row + 1, column],
          ArrowLeft: [row, column - 1],
          ArrowRight: [row, column + 1],
        }[event.key];
        if (!next) return;
        event.preventDefault();
        event.stopPropagation();
        if (next.some((place) => place < 0 || place >= n)) return;
        const other = cells[next[0] * n + next[1]].cell;
        set(cell, { tabindex: -1 });
        set(other, { tabindex: 0 });
        other.focus();
      });
      cells.push({ cell, ground, numbers, row, column });
      node.append(cell);
    }
  return {
    node,
    // One matrix for each quantity; the colours are those of the quantity `shown`. `share` says how
    // full the colour of a cell is, from -1 to 1.
    show(matrices, { shown, limit, theme, label, lit, share = (value) => value / limit }) {
      for (const { cell, ground, numbers, row, column } of cells) {
        const colour = colourOf(share(matrices[shown][row][column], row, column), theme);
        const ink = legibleOn(colour);
        set(ground, { fill: `rgb(${colour})` });
        numbers.forEach((number, q) => {
          const value = matrices[q][row][column];
          set(number, { "data-value": value, style: `fill:${ink}`, display: q === shown ? null : "none" });
          write(number, say(value));
        });
        set(cell, { "aria-label": label(row, column, matrices[shown][row][column]) });
        cell.classList.toggle("lit", lit(row, column));
      }
    },
  };
}
