// One run at one epoch: its confusion of digits, its loss and accuracy, its gradients' lengths.

import { label, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { at, count as times, number, percent, said } from "./training_words.js";

const [WIDTH, LEFT, TOP] = [296, 36, 44];
const CELL = (WIDTH - LEFT) / 10;
const BOTTOM = TOP + 10 * CELL;
const [BAR_AT, BAR_REACH] = [132, 108];
const COLUMNS = [194, WIDTH]; // where the numbers end: trained on, held out
const DIGITS = Array.from({ length: 10 }, (_, k) => k);
const NOTHING = DIGITS.map(() => DIGITS.map(() => 0));

// ---- the confusion

function confusion(options) {
  const map = heatmap({
    ...{ x: LEFT, y: TOP, n: 10, width: CELL, height: CELL, ...options },
    quantities: ["confusion"],
    say: (count) => (count === 0 ? "" : String(count)),
  });
  const middle = TOP + 5 * CELL;
  const ended = label(LEFT + 5 * CELL, middle, "left the numbers", "title middle ended");
  const written = svg("text", { class: "side middle" }, "written");
  set(written, { transform: `translate(12 ${middle}) rotate(-90)` });
  const above = DIGITS.map((k) => label(LEFT + (k + 0.5) * CELL, TOP - 6, k, "letter middle"));
  const beside = DIGITS.map((k) => label(LEFT - 7, TOP + (k + 0.5) * CELL + 5, k, "letter end"));
  const answered = label(WIDTH, 16, "answered", "side end");
  return {
    nodes: [answered, written, ...above, ...beside, map.node, ended],
    show(run, epoch, { pointed, theme }) {
      const counts = run.confusion[epoch] ?? NOTHING;
      const totals = counts.map((row) => row.reduce((total, count) => total + count, 0));
      set(ended, { display: epoch < run.loss.length ? "none" : null });
      map.show([counts], {
        ...{ theme },
        // One colour, and none of the runs': right is the diagonal. The root lets a few be seen.
        share: (count, row) => Math.sqrt(count / (totals[row] || 1)),
        label: (row, column, count) =>
          `${said(run.name)}: ${row} read as ${column}, ${times(count)}`,
        lit: (row, column) => pointed?.row === row && pointed.column === column,
      });
    },
  };
}

// ---- loss and accuracy

const NUMBERS = [
  { columns: ["loss", "held_out_loss"], name: "loss", say: number },
  { columns: ["accuracy", "held_out_accuracy"], name: "accuracy", say: percent },
];

function numbers() {
  const rows = NUMBERS.flatMap(({ columns, say }, r) =>
    columns.map((column, c) => {
      const place = { x: COLUMNS[c], y: BOTTOM + 43 + 21 * r };
      return {
        column,
        say,
        node: svg("text", { class: "value end", ...place, "data-output": column }),
      };
    }),
  );
  const heads = ["trained on", "held out"].map((text, c) =>
    label(COLUMNS[c], BOTTOM + 22, text, "letter end"),
  );
  const names = NUMBERS.map(({ name }, r) => label(0, BOTTOM + 43 + 21 * r, name, "letter"));
  return {
    nodes: [...heads, ...names, ...rows.map(({ node }) => node)],
    show(run, epoch) {
      for (const { column, say, node } of rows) {
        const value = at(run, column, epoch);
        write(node, say(value));
        set(node, { "data-value": value, "data-run": run.name });
      }
    },
  };
}

// ---- how long the gradients are

function gradient(column, layer, k) {
  const y = BOTTOM + 88 + 23 * k;
  const bar = svg("rect", { class: "bar run-bar", x: BAR_AT, y: y - 8, height: 16, rx: 3 });
  const value = svg("text", { class: "value", y: y + 6 });
  const place = { "data-output": "gradient_norm", "data-index": k };
  const name = label(0, y + 6, `gradient, ${layer}`, "letter");
  const node = svg("g", { role: "img", ...place }, name, bar, value);
  return {
    nodes: [node],
    show(run, epoch, { limit }) {
      const norm = at(run, column, epoch);
      const length = Number.isNaN(norm) ? 0 : (norm / limit) * BAR_REACH;
      const text = `${said(run.name)}: length of the ${layer} layer's gradient ${number(norm)}`;
      set(bar, { width: Math.max(length, 1) });
      set(value, { x: BAR_AT + length + 6 });
      write(value, number(norm));
      set(node, { "data-value": norm, "data-run": run.name, "aria-label": text });
    },
  };
}

// `kind` gives the colour; `point` is told which cell is pointed at, or null.
export function card({ kind, describedBy, point }) {
  const title = label(26, 16, "", "title");
  const parts = [
    confusion({ describedBy, point }),
    numbers(),
    gradient("norm_hidden", "hidden", 0),
    gradient("norm_output", "output", 1),
  ];
  const swatch = svg("path", { class: "curve", d: "M2 10h16" });
  const nodes = [swatch, title, ...parts.flatMap((part) => part.nodes)];
  const size = { viewBox: `0 0 ${WIDTH} ${BOTTOM + 122}` };
  const node = svg("svg", { class: `card ${kind}`, ...size }, ...nodes);
  return {
    node,
    // `limit` is the longest gradient that has to fit.
    show(run, epoch, options) {
      set(node, { "data-run": run.name });
      write(title, said(run.name));
      for (const part of parts) part.show(run, epoch, options);
    },
  };
}
