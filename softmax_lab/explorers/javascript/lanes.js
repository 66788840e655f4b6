// Three logits on number lines, over the zones in which their exponentials fit the float type.

import { label, set, svg, write } from "./elements.js";
import { clamped, plain, subscript } from "./numbers.js";
import { scale, ticks } from "./plot.js";
import { slider } from "./slider.js";

const [LEFT, RIGHT, TOP, GAP] = [34, 310, 52, 44];
const BOTTOM = TOP + 3 * GAP;
const CLASSES = [0, 1, 2];

const laneAt = (k) => TOP + GAP * (k + 0.5) - 4;
const inLine = (value) => plain(value, Number.isInteger(value) ? 0 : 2);

// The number line that all lanes share, as far as it goes now.
function axis() {
  let now;
  const axis = {
    setLimit(limit) {
      axis.limit = limit;
      now = scale({ limits: [-limit, limit] }, LEFT, RIGHT - LEFT);
    },
    place: (value) => clamped(now.place(value), [LEFT, RIGHT]),
    // Where the pointer is, in whole numbers or in tenths.
    at: (x, from) => {
      const grain = axis.limit > 100 ? 1 : 0.1;
      return Math.round((now.unitsAt(x) - from) / grain) * grain;
    },
  };
  axis.setLimit(1);
  return axis;
}

// Where exponentials are 0, have few digits, fit, and are infinite; and the numbers below.
function ground(line) {
  const zones = ["vanishes", "fades", "fits", "overflows"].map((kind) =>
    svg("rect", { class: `zone ${kind}`, y: TOP - 8, height: BOTTOM - TOP + 8 }),
  );
  const names = ["0", "eᶻ fits", "inf"].map((text) => label(0, TOP - 13, text, "letter middle"));
  const grid = svg("g", { class: "grid" });
  let drawnLimit;
  function showGrid(limit) {
    if (drawnLimit === limit) return;
    drawnLimit = limit;
    const numbers = ticks({ limits: [-limit, limit], most: 5 });
    const tick = ({ value, text }) => label(line.place(value), BOTTOM + 20, text, "tick middle");
    grid.replaceChildren(...numbers.map(tick));
  }
  return {
    nodes: [...zones, ...names, grid],
    show({ lowest, faint, highest }) {
      const edges = [-line.limit, lowest, faint, highest, line.limit].map(line.place);
      zones.forEach((zone, i) =>
        set(zone, { x: edges[i], width: Math.max(0, edges[i + 1] - edges[i]) }),
      );
      const ends = [
        [0, 1],
        [1, 3],
        [3, 4],
      ];
      ends.forEach(([from, to], i) => set(names[i], { x: (edges[from] + edges[to]) / 2 }));
      showGrid(line.limit);
    },
  };
}

// One line with a knob; `from` says what is added to its number before it is drawn.
function lane(line, { y, letter, kind, from = () => 0, ...options }) {
  const handle = svg("circle", { class: `knob ${kind}`, cy: y, r: 11 });
  const number = svg("text", { class: "end", x: 378, y: y + 6 });
  const size = { x: LEFT - 12, y: y - 19, width: RIGHT - LEFT + 24, height: 38, rx: 8 };
  const grip = svg("rect", { class: "grip", ...size });
  const before = svg("path", { class: "way" });
  const track = svg("line", { class: "axis", x1: LEFT, x2: RIGHT, y1: y, y2: y });
  const node = svg("g", { class: "slot lying" }, grip, track, before, handle);
  const control = slider(node, {
    ...{ ...options, step: 1, page: 10 },
    limits: () => [-line.limit, line.limit],
    at: ({ x }) => line.at(x, from()),
  });
  return {
    nodes: [label(0, y + 6, letter, "letter"), node, number],
    show(value, { at, to, text }) {
      const way = to === undefined ? "" : `M${at} ${y}H${to}M${to} ${y - 9}l9 9l-9 9l-9 -9z`;
      set(handle, { cx: at });
      set(before, { d: way });
      write(number, inLine(value));
      control.show(value, { text });
    },
  };
}

export function lanes({ setZ, setShift }) {
  const line = axis();
  const zones = ground(line);
  let shift = 0;
  const z = CLASSES.map((k) => {
    const name = { variable: "z", index: k, label: `logit z ${k + 1}` };
    const look = { y: laneAt(k), letter: `z${subscript(k + 1)}`, kind: "z" };
    return lane(line, { ...name, ...look, from: () => shift, change: (value) => setZ(k, value) });
  });
  const common = lane(line, {
    ...{ variable: "shift", index: 0, label: "common shift c of all logits" },
    ...{ y: BOTTOM + 50, letter: "c", kind: "shift", change: setShift },
  });
  const titles = [label(0, 16, "logits z, and c (drag)", "title")];
  titles.push(label(378, 16, "◇ z + c − max", "letter end"));
  const nodes = [...titles, ...zones.nodes, ...[...z, common].flatMap((each) => each.nodes)];
  return {
    node: svg("svg", { class: "left", viewBox: `0 0 380 ${BOTTOM + 72}` }, ...nodes),
    show(state, { stored }, { limit, type }) {
      line.setLimit(limit);
      shift = state.shift;
      zones.show(type);
      const top = Math.max(...stored);
      state.z.forEach((zk, k) => {
        const [at, to] = [line.place(zk + shift), line.place(stored[k] - top)];
        z[k].show(zk, { at, to, text: `${plain(zk, 2)}, with c ${plain(stored[k], 2)}` });
      });
      common.show(shift, { at: line.place(shift) });
    },
  };
}
