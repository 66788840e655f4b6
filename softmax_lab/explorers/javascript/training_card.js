// One run at one epoch: its confusion of digits, its loss and accuracy, its gradients' lengths.

import { label, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { at, count as times, number, percent, said } from "./training_words.js";

const [WIDTH, LEFT, TOP] = [296, 36, 44];
const CELL = (WIDTH - LEFT) / 10;
const BOTTOM = TOP + 10 * CELL;
const [BAR_AT, BAR_REACH] = [132, 108];
const DIGITS = Array.from({ length: 10 }, (_, k) => k);

const NUMBERS = [
  [["loss", number], ["held_out_loss", number]],
  [["accuracy", percent], ["held_out_accuracy", percent]],
];
const GRADIENTS = [["norm_hidden", "hidden"], ["norm_output", "output"]];

// `kind` gives the colour; `point` is told which cell is pointed at, or null.
export function card({ kind, describedBy, point }) {
  const title = label(26, 16, "", "title");
  const map = heatmap({
    x: LEFT, y: TOP, n: 10, width: CELL, height: CELL, quantities: ["confusion"], describedBy, point,
    say: (count) => (count === 0 ? "" : String(count)),
  });
  const ended = label(LEFT + 5 * CELL, TOP + 5 * CELL, "left the numbers", "title middle ended");
  const heads = [["trained on", 194], ["held out", WIDTH]].map(([text, x]) => label(x, BOTTOM + 22, text, "letter end"));
  const rows = NUMBERS.map((row, r) => {
    const y = BOTTOM + 43 + 21 * r;
    return row.map(([column, say], c) => ({ column, say, node: svg("text", { class: "value end", x: [194, WIDTH][c], y, "data-output": column }) }));
  }).flat();
  const bars = GRADIENTS.map(([column, layer], k) => {
    const y = BOTTOM + 88 + 23 * k;
    const bar = svg("rect", { class: "bar run-bar", x: BAR_AT, y: y - 8, height: 16, rx: 3 });
    const value = svg("text", { class: "value", y: y + 6 });
    const node = svg("g", { role: "img", "data-output": "gradient_norm", "data-index": k }, label(0, y + 6, `gradient, ${layer}`, "letter"), bar, value);
    return { column, layer, bar, value, node };
  });
  const node = svg(
    "svg", { class: `card ${kind}`, viewBox: `0 0 ${WIDTH} ${BOTTOM + 122}` },
    svg("path", { class: "curve", d: "M2 10h16" }), title, label(WIDTH, 16, "answered", "side end"),
    svg("text", { class: "side middle", transform: `translate(12 ${TOP + 5 * CELL}) rotate(-90)` }, "written"),
    ...DIGITS.map((k) => label(LEFT + (k + 0.5) * CELL, TOP - 6, k, "letter middle")),
    ...DIGITS.map((k) => label(LEFT - 7, TOP + (k + 0.5) * CELL + 5, k, "letter end")),
    map.node, ended, ...heads,
    label(0, BOTTOM + 43, "loss", "letter"), label(0, BOTTOM + 64, "accuracy", "letter"),
    ...rows.map((entry) => entry.node), ...bars.map((bar) => bar.node),
  );

  // `limit` is the longest gradient that has to fit.
  function show(run, epoch, { limit, pointed, theme }) {
    const name = said(run.name);
    const counts = run.confusion[epoch] ?? DIGITS.map(() => DIGITS.map(() => 0));
    const written = counts.map((row) => row.reduce((total, count) => total + count, 0));
    set(node, { "data-run": run.name });
    write(title, name);
    set(ended, { display: epoch < run.loss.length ? "none" : null });
    map.show([counts], {
      shown: 0, theme,
      // Blue for right answers, orange for mistakes; the root lets a few mistakes be seen.
      share: (count, row, column) => (row === column ? -1 : 1) * Math.sqrt(count / (written[row] || 1)),
      label: (row, column, count) => `${name}: ${row} read as ${column}, ${times(count)}`,
      lit: (row, column) => pointed?.row === row && pointed.column === column,
    });
    for (const { column, say, node } of rows) {
      const value = at(run, column, epoch);
      write(node, say(value));
      set(node, { "data-value": value, "data-run": run.name });
    }
    for (const { column, layer, bar, value, node } of bars) {
      const norm = at(run, column, epoch);
      const length = Number.isNaN(norm) ? 0 : (norm / limit) * BAR_REACH;
      set(bar, { width: Math.max(length, 1) });
      set(value, { x: BAR_AT + length + 6 });
      write(value, number(norm));
      set(node, { "data-value": norm, "data-run": run.name, "aria-label": `${name}: length of the ${layer} layer's gradient ${number(norm)}` });
    }
  }
  return { node, show };
}
