// What is between the planes of AttentionExplorer, a row a key: its score, its weight, and the
// error at the weight against the average error. A column of height h at σ, and the area between
// it and the average: h (σ - ⟨h, σ⟩), which is what passes on to the score.

import { litIf, passed, signOf } from "./attention_words.js";
import { label, pointable, set, svg, write } from "./elements.js";
import { clamped, plain, signed } from "./numbers.js";

const WIDTH = 420;
const [FIRST, ROW] = [46, 42]; // where the rows begin, and how high each is
const TALLEST = 34; // of a weight of 1
const [LEFT, RIGHT] = [162, 278]; // between which σ is drawn
const COLUMNS = { key: 8, z: 80, h: 142, sigma: 342, result: 418 }; // where each number ends

const placeOf = (limit) => (value) =>
  clamped((LEFT + RIGHT) / 2 + (value / limit) * ((RIGHT - LEFT) / 2), [LEFT - 6, RIGHT + 6]);

const bottomOf = (i) => FIRST + ROW * (i + 1) - 4;

// The four numbers of a row; those that cancel are printed so that what is printed cancels too.
function numbers(i) {
  const place = { "data-index": i, y: bottomOf(i) - 9 };
  const text = (output, x) => svg("text", { class: "end", "data-output": output, x, ...place });
  const [z, h] = [text("scores", COLUMNS.z), text("h", COLUMNS.h)];
  const [sigma, result] = [text("sigma", COLUMNS.sigma), text("result", COLUMNS.result)];
  const put = (node, value, said) => {
    set(node, { "data-value": value });
    write(node, said);
  };
  return {
    nodes: [z, h, sigma, result],
    show(now) {
      put(z, now.z[i], signed(now.z[i], Math.abs(now.z[i]) < 10 ? 2 : 1));
      put(h, now.h[i], plain(now.h[i], 3));
      put(sigma, now.sigma[i], signed(now.sigma[i], 2));
      put(result, now.result[i], passed(now, i));
    },
  };
}

function row(i, tell) {
  const bottom = bottomOf(i);
  const size = { x: 0, y: bottom - ROW + 6, width: WIDTH, height: ROW - 2, rx: 6 };
  const ends = { x1: LEFT - 8, x2: RIGHT + 8, y1: bottom, y2: bottom };
  const [grip, ground] = [
    svg("rect", { class: "grip", ...size }),
    svg("line", { class: "axis", ...ends }),
  ];
  const area = svg("rect", { class: "bar area" });
  const column = svg("rect", { class: "mass", width: 10, rx: 1 });
  const key = label(COLUMNS.key, bottom - 9, String(i + 1), "key-number middle");
  const texts = numbers(i);
  const node = svg("g", {}, grip, key, ...texts.nodes, area, ground, column);
  pointable(node, { what: "z", key: i }, tell);
  return {
    node,
    show({ mask }, now, place, pointed) {
      const [x, average] = [place(now.sigma[i]), place(now.average)];
      const height = TALLEST * now.h[i];
      const width = Math.abs(x - average);
      set(area, { x: Math.min(x, average), width, y: bottom - height, height });
      set(column, { x: x - 5, y: bottom - Math.max(height, 1), height: Math.max(height, 1) });
      texts.show(now);
      const kind = `${signOf(now.result[i])} ${mask[i] ? "" : "masked"} ${litIf(pointed, i)}`;
      set(node, { class: `weighing ${kind}` });
    },
  };
}

export function rows(keys, { tell }) {
  const all = keys.map((i) => row(i, tell));
  const height = FIRST + ROW * keys.length + 30;
  const heads = [
    label(0, 18, "", "title"),
    label(COLUMNS.h, 40, "h", "letter end"),
    label(COLUMNS.z, 40, "z", "letter end"),
    label((LEFT + RIGHT) / 2, 40, "h(σ − ⟨h, σ⟩)", "letter middle"),
    label(COLUMNS.sigma, 40, "σ", "letter end"),
    label(COLUMNS.result, 40, "∂C/∂z", "letter end"),
  ];
  const line = svg("path", { class: "average-line" });
  const text = svg("text", { class: "average", y: height - 6, "data-output": "average" });
  const size = {
    viewBox: `0 0 ${WIDTH} ${height}`,
    style: `max-width:${keys.length > 4 ? 420 : 480}px`,
  };
  const nodes = [...heads, ...all.map(({ node }) => node), line, text];
  return {
    node: svg("svg", { class: "weighings", ...size }, ...nodes),
    show(state, now, { limit, pointed }) {
      const place = placeOf(limit);
      const x = place(now.average);
      write(heads[0], state.scaled ? "z = K q/√d,  h = softmax(z)" : "z = K q,  h = softmax(z)");
      set(line, { d: `M${x} ${FIRST - 4}V${height - 26}` });
      write(text, `⟨h, σ⟩ = ⟨o, ∂C/∂o⟩ = ${signed(now.average, 3)}`);
      set(text, { x: WIDTH / 2, "data-value": now.average });
      for (const each of all) each.show(state, now, place, pointed);
    },
  };
}
