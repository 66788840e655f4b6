// Three logits on number lines, over the zones in which their exponentials fit the float type.

import { label, set, svg, write } from "./elements.js";
import { clamped, plain, subscript } from "./numbers.js";
import { scale, ticks } from "./plot.js";
import { slider } from "./slider.js";

const [LEFT, RIGHT, TOP, GAP] = [34, 310, 52, 44];
const BOTTOM = TOP + 3 * GAP;

export function lanes({ setZ, setShift }) {
  let axis = scale({ limits: [-1, 1] }, LEFT, RIGHT - LEFT);
  let limit = 1;
  let shift = 0;
  const place = (value) => clamped(axis.place(value), [LEFT, RIGHT]);

  const zones = ["vanishes", "fades", "fits", "overflows"].map((kind) => svg("rect", { class: `zone ${kind}`, y: TOP - 8, height: BOTTOM - TOP + 8 }));
  const names = ["0", "eᶻ fits", "inf"].map((text) => label(0, TOP - 13, text, "letter middle"));
  const grid = svg("g", { class: "grid" });

  const lane = ({ y, letter, knob, options }) => {
    const handle = svg("circle", { class: `knob ${knob}`, cy: y, r: 11 });
    const number = svg("text", { class: "end", x: 378, y: y + 6 });
    const grip = svg("rect", { class: "grip", x: LEFT - 12, y: y - 19, width: RIGHT - LEFT + 24, height: 38, rx: 8 });
    const before = svg("path", { class: "way" });
    const track = svg("line", { class: "axis", x1: LEFT, x2: RIGHT, y1: y, y2: y });
    const node = svg("g", { class: "slot lying" }, grip, track, before, handle);
    const control = slider(node, {
      ...options, limits: () => [-limit, limit], step: 1, page: 10,
      at: ({ x }) => {
        const grain = limit > 100 ? 1 : 0.1;
        return Math.round((axis.unitsAt(x) - options.from()) / grain) * grain;
      },
    });
    return { node: svg("g", {}, label(0, y + 6, letter, "letter"), node, number), before, handle, number, control };
  };
  const z = [0, 1, 2].map((k) =>
    lane({
      y: TOP + GAP * (k + 0.5) - 4, letter: `z${subscript(k + 1)}`, knob: "z",
      options: { variable: "z", index: k, label: `logit z ${k + 1}`, from: () => shift, change: (value) => setZ(k, value) },
    }),
  );
  const common = lane({
    y: BOTTOM + 50, letter: "c", knob: "shift",
    options: { variable: "shift", index: 0, label: "common shift c of all logits", from: () => 0, change: setShift },
  });

  const node = svg(
    "svg", { class: "left", viewBox: `0 0 380 ${BOTTOM + 72}` },
    label(0, 16, "logits z, and c (drag)", "title"), label(378, 16, "◇ z + c − max", "letter end"),
    ...zones, ...names, grid, ...z.map((one) => one.node), common.node,
  );

  return {
    node,
    show(state, now, { limit: newLimit, type }) {
      [limit, shift] = [newLimit, state.shift];
      axis = scale({ limits: [-limit, limit] }, LEFT, RIGHT - LEFT);
      const edges = [-limit, type.lowest, type.faint, type.highest, limit].map(place);
      zones.forEach((zone, i) => set(zone, { x: edges[i], width: Math.max(0, edges[i + 1] - edges[i]) }));
      [[0, 1], [1, 3], [3, 4]].forEach(([from, to], i) => set(names[i], { x: (edges[from] + edges[to]) / 2 }));
      if (grid.dataset.limit !== String(limit)) {
        grid.dataset.limit = limit;
        grid.replaceChildren(...ticks({ limits: [-limit, limit], most: 5 }).map(({ value, text }) => label(place(value), BOTTOM + 20, text, "tick middle")));
      }
      const top = Math.max(...now.stored);
      state.z.forEach((zk, k) => {
        const [at, to] = [place(zk + state.shift), place(now.stored[k] - top)];
        const y = TOP + GAP * (k + 0.5) - 4;
        set(z[k].handle, { cx: at });
        set(z[k].before, { d: `M${at} ${y}H${to}M${to} ${y - 9}l9 9l-9 9l-9 -9z` });
        write(z[k].number, plain(zk, Number.isInteger(zk) ? 0 : 2));
        z[k].control.show(zk, { text: `${plain(zk, 2)}, with c ${plain(now.stored[k], 2)}` });
      });
      set(common.handle, { cx: place(state.shift) });
      write(common.number, plain(state.shift, Number.isInteger(state.shift) ? 0 : 2));
      common.control.show(state.shift);
    },
  };
}
