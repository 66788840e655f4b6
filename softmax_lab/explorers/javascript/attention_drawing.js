// The two planes of AttentionExplorer, for one number of keys: query and keys; values and output.

import { hull, plus, times, within } from "./attention_maths.js";
import { litIf, signOf } from "./attention_words.js";
import { pointable, set, svg, write } from "./elements.js";
import { name } from "./jacobian_words.js";
import { arrow, handle, inWords, isBeyond, LIMITS, onPage, plane, point } from "./plane.js";

const ORIGIN = [0, 0];
const THICKEST = 14; // of the line to a key that has all the weight
const inside = (place) => within(ORIGIN, place, LIMITS);
const line = (from, to) => `M${onPage(from).join(" ")}L${onPage(to).join(" ")}`;
const path = (points, end = "") => `M${points.map((p) => onPage(p).join(" ")).join("L")}${end}`;
const numbers = (point) => inWords(point, 3);
const beyond = (letter, points) =>
  [...points.entries()].filter(([, p]) => isBeyond(p)).map(([i]) => name(letter, i));

// Lines as thick as the weights.
function strands(count) {
  const all = count.map(() => svg("path", { class: "strand" }));
  return {
    nodes: all,
    show({ h }, from, places) {
      all.forEach((strand, i) =>
        set(strand, {
          d: line(from, places[i]),
          "stroke-width": THICKEST * h[i],
          display: h[i] > 0 ? null : "none",
        }),
      );
    },
  };
}

// An arrow that ends where it would leave the picture.
function showVector(drawn, vector, at, said, sign) {
  const tip = within(at, plus(at, vector), LIMITS);
  drawn.show(vector, at, tip, `${said} = ${numbers(vector)}`, sign);
}

export function queryAndKeys(keys, { setQuery, setKey, tell }) {
  const query = point("q", "query", {
    ...{ variable: "q", index: 0, label: "query q" },
    move: setQuery,
  });
  const points = keys.map((i) =>
    point(String(i + 1), "key", {
      ...{ variable: "k", index: i, label: `key k ${i + 1}` },
      move: (to) => setKey(i, to),
    }),
  );
  pointable(query.node, { what: "q" }, tell);
  points.forEach(({ node }, i) => pointable(node, { what: "k", key: i }, tell));
  const way = svg("path", { class: "from-origin" });
  const lines = strands(keys);
  const atQuery = arrow("query_gradient", null);
  const atKeys = keys.map((i) => arrow("key_gradient", i));
  const nodes = [...points, query, ...atKeys, atQuery].map(({ node }) => node);
  const gradients = "arrows: ∂C/∂q, ∂C/∂K";
  const picture = plane("query and keys (drag)", gradients, ...lines.nodes, way, ...nodes);
  return {
    node: picture.node,
    show({ q, k, mask }, now, { pointed }) {
      picture.show([...(isBeyond(q) ? ["q"] : []), ...beyond("k", k)]);
      const at = inside(q);
      const places = k.map(inside);
      set(way, { d: line(ORIGIN, at) });
      lines.show(now, at, places);
      query.show(q, at);
      showVector(atQuery, now.query_gradient, at, "∂C/∂q");
      keys.forEach((i) => {
        points[i].show(k[i], places[i], `${mask[i] ? "" : "masked"} ${litIf(pointed, i)}`);
        const said = `∂C/∂${name("k", i)}`;
        showVector(atKeys[i], now.key_gradient[i], places[i], said, signOf(now.result[i]));
      });
    },
  };
}

// The line of all places whose σ is the average: through o, across ∂C/∂o.
function levelLine(output, upstream) {
  const length = Math.hypot(...upstream);
  if (length === 0) return "";
  const across = times(10 / length, [-upstream[1], upstream[0]]);
  return line(...[-1, 1].map((way) => within(output, plus(output, times(way, across)), LIMITS)));
}

export function valuesAndOutput(keys, { setValue, setUpstream, tell }) {
  const points = keys.map((i) =>
    point(String(i + 1), "value", {
      ...{ variable: "v", index: i, label: `value v ${i + 1}` },
      move: (to) => setValue(i, to),
    }),
  );
  const region = svg("path", { class: "hull" });
  const level = svg("path", { class: "across" });
  const lines = strands(keys);
  const atValues = keys.map((i) => arrow("value_gradient", i));
  const output = mean();
  const upstream = handle({
    ...{ variable: "upstream", index: 0, label: "error ∂C/∂o at the output" },
    move: setUpstream,
  });
  pointable(upstream.node, { what: "upstream" }, tell);
  points.forEach(({ node }, i) => pointable(node, { what: "v", key: i }, tell));
  const nodes = [...points, ...atValues, output, upstream].map(({ node }) => node);
  const titles = ["values and error ∂C/∂o (drag)", "arrows: ∂C/∂o, ∂C/∂V"];
  const picture = plane(...titles, region, level, ...lines.nodes, ...nodes);
  return {
    node: picture.node,
    show(state, now, { pointed }) {
      picture.show(beyond("v", state.v));
      const places = state.v.map(inside);
      const at = inside(now.output);
      set(region, { d: path(hull(places.filter((_, i) => state.mask[i])), "Z") });
      set(level, { d: levelLine(at, state.upstream) });
      lines.show(now, at, places);
      keys.forEach((i) => {
        const kind = state.mask[i] ? signOf(now.result[i]) : "masked";
        points[i].show(state.v[i], places[i], `${kind} ${litIf(pointed, i)}`);
        showVector(atValues[i], now.value_gradient[i], places[i], `∂C/∂${name("v", i)}`);
      });
      output.show(now.output, at);
      upstream.show(state.upstream, at, within(at, plus(at, state.upstream), LIMITS));
    },
  };
}

function mean() {
  const parts = ["mark", "inside"].map((kind, axis) =>
    svg(axis ? "text" : "circle", { class: kind, "data-output": "output", "data-index": axis }),
  );
  set(parts[0], { r: 11 });
  set(parts[1], { y: 5 });
  write(parts[1], "o");
  const node = svg("g", { class: "mean", role: "img" }, ...parts);
  return {
    node,
    show(output, place) {
      parts.forEach((part, axis) => set(part, { "data-value": output[axis] }));
      const transform = `translate(${onPage(place).join(" ")})`;
      set(node, { transform, "aria-label": `output o = ${numbers(output)}` });
    },
  };
}
