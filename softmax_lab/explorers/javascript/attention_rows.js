// What is between the planes of AttentionExplorer, a row a key: its score, its weight, and the
// error at the weight against the average error. A column of height h at σ, and the area between
// it and the average: h (σ - ⟨h, σ⟩), which is what passes on to the score.

import { signOf } from "./attention_words.js";
import { label, set, svg, write } from "./elements.js";
import { clamped, plain, signed, steady } from "./numbers.js";

const WIDTH = 420;
const [FIRST, ROW] = [46, 42]; // where the rows begin, and how high each is
const TALLEST = 34; // of a weight of 1
const [LEFT, RIGHT] = [162, 278]; // between which σ is drawn
const COLUMNS = { key: 8, z: 80, h: 142, sigma: 342, result: 418 }; // where each number ends

const placeOf = (limit) => (value) =>
  clamped((LEFT + RIGHT) / 2 + (value / limit) * ((RIGHT - LEFT) / 2), [LEFT - 6, RIGHT + 6]);

function row(i) {
  const bottom = FIRST + ROW * (i + 1) - 4;
  const number = (output, x) =>
    svg("text", { class: "end", "data-output": output, "data-index": i, x, y: bottom - 9 });
  const texts = ["z", "h", "sigma", "result"].map((each) =>
    number(each === "z" ? "scores" : each, COLUMNS[each]),
  );
  const ground = svg("line", {
    class: "axis",
    x1: LEFT - 8,
    x2: RIGHT + 8,
    y1: bottom,
    y2: bottom,
  });
  const area = svg("rect", { class: "bar area" });
  const column = svg("rect", { class: "mass", width: 10, rx: 1 });
  const key = label(COLUMNS.key, bottom - 9, String(i + 1), "key-number middle");
  const node = svg("g", {}, key, ...texts, area, ground, column);
  const say = [(z) => signed(z, Math.abs(z) < 10 ? 2 : 1), (h) => plain(h, 3), (s) => signed(s, 2)];
  return {
    node,
    show({ mask }, now, place) {
      const [x, average] = [place(now.sigma[i]), place(now.average)];
      const height = TALLEST * now.h[i];
      const values = [now.z[i], now.h[i], now.sigma[i], now.result[i]];
      texts.forEach((text, t) => set(text, { "data-value": values[t] }));
      say.forEach((each, t) => write(texts[t], each(values[t])));
      write(texts[3], now.shown[i] === 0 ? signed(now.result[i], 3) : steady(now.shown[i], 3));
      const width = Math.abs(x - average);
      set(area, { x: Math.min(x, average), width, y: bottom - height, height });
      set(column, { x: x - 5, y: bottom - Math.max(height, 1), height: Math.max(height, 1) });
      const sign = signOf(now.result[i]);
      set(node, { class: `weighing ${sign} ${mask[i] ? "" : "masked"}` });
    },
  };
}

export function rows(keys) {
  const all = keys.map(row);
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
    show(state, now, limit) {
      const place = placeOf(limit);
      const x = place(now.average);
      write(heads[0], state.scaled ? "z = K q/√d,  h = softmax(z)" : "z = K q,  h = softmax(z)");
      set(line, { d: `M${x} ${FIRST - 4}V${height - 26}` });
      write(text, `⟨h, σ⟩ = ⟨o, ∂C/∂o⟩ = ${signed(now.average, 3)}`);
      set(text, { x: WIDTH / 2, "data-value": now.average });
      for (const each of all) each.show(state, now, place);
    },
  };
}
