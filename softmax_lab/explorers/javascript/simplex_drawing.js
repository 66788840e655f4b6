// The two pictures of SimplexExplorer: the triangle on the left; on the right the logits, the
// circle of their changes, and J.

import { uprightBar } from "./bars.js";
import { label, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { plain, roundLimit, signed, subscript } from "./numbers.js";
import { inPlane, mean } from "./simplex_maths.js";
import { changeInWords } from "./simplex_words.js";
import { draggable, slider } from "./slider.js";

const CLASSES = [0, 1, 2];

// ---- the triangle

const SIDE = 400;
const [LEFT, BASE] = [36, 378]; // its lower left corner
const NAMES = [
  [LEFT - 30, BASE + 26, "title"],
  [LEFT + SIDE + 30, BASE + 26, "title end"],
  [LEFT + SIDE / 2, 22, "title middle"],
];

const onPage = ([x, y]) => [LEFT + SIDE * x, BASE - SIDE * y];
const coordinates = (h) => onPage(inPlane(h)).map((c) => c.toFixed(2));
const path = (points) => `M${points.map((h) => coordinates(h).join(" ")).join("L")}Z`;

function pointOf({ where, moveTo }) {
  const about = { role: "slider", "aria-roledescription": "point in the triangle" };
  const limits = { "aria-label": "distribution h", "aria-valuemin": 0, "aria-valuemax": 1 };
  const node = svg(
    "g",
    { class: "point", ...about, ...limits, "data-variable": "h", "data-index": 0 },
    svg("circle", { class: "grip", r: 24 }),
    svg("circle", { class: "dot", r: 11 }),
  );
  const by = (x, y) => () => {
    const [px, py] = where();
    moveTo([px + x, py + y]);
  };
  draggable(node, {
    handle: node,
    drag: ({ x, y }) => moveTo([(x - LEFT) / SIDE, (BASE - y) / SIDE]),
    keys: {
      ArrowLeft: by(-0.02, 0),
      ArrowRight: by(0.02, 0),
      ArrowUp: by(0, 0.02),
      ArrowDown: by(0, -0.02),
      PageUp: by(0, 0.1),
      PageDown: by(0, -0.1),
      Home: by(-1, 0),
      End: by(1, 0),
    },
  });
  return node;
}

// The end of JΔz on the ellipse: to drag it turns Δz so that JΔz points there.
function imageOf({ where, angleTo, setDirection }) {
  const tip = svg("circle", { class: "tip", r: 7 });
  const grip = svg("circle", { class: "grip", r: 18 });
  const node = svg("g", { class: "turn" }, grip, tip);
  let direction = 0;
  const control = slider(node, {
    ...{ variable: "image", index: 0, limits: () => [0, 360], step: 5, page: 30, handle: node },
    label: "JΔz on the ellipse, by the direction of Δz in degrees",
    at({ x, y }) {
      const [px, py] = where();
      return angleTo([(x - LEFT) / SIDE - px, (BASE - y) / SIDE - py]) ?? direction;
    },
    change: setDirection,
  });
  return {
    node,
    show(at, state, { result }) {
      direction = state.direction;
      set(node, { transform: `translate(${at})` });
      const text = `JΔz = ${result.map((entry) => signed(entry, 3)).join(", ")}`;
      control.show(direction, { text });
    },
  };
}

// `where` says where the point is, and `moveTo` is told where it is wanted, both in the plane.
export function triangle(callbacks) {
  const corners = CLASSES.map((k) => CLASSES.map((j) => Number(j === k)));
  const outline = svg("path", { class: "outline", d: path(corners) });
  const [image, ellipse] = ["image", "ellipse"].map((kind) => svg("path", { class: kind }));
  const arrow = svg("line", { class: "change" });
  const tip = imageOf(callbacks);
  const shares = NAMES.map(([x, y, kind], k) =>
    svg("text", { class: kind, x, y, "data-output": "h", "data-index": k }),
  );
  const point = pointOf(callbacks);
  const drawn = [outline, image, ellipse, arrow, tip.node, ...shares, point];
  return {
    node: svg("svg", { class: "triangle", viewBox: "0 0 472 412" }, ...drawn),
    show(state, now) {
      const [x, y] = onPage(inPlane(now.h));
      const [tipX, tipY] = onPage(inPlane(now.h.map((hi, i) => hi + now.result[i])));
      set(ellipse, { d: path(now.ellipse) });
      set(image, { d: path(now.image), display: state.true_image ? null : "none" });
      set(arrow, { x1: x, y1: y, x2: tipX, y2: tipY });
      tip.show([tipX, tipY], state, now);
      const all = now.h.map((hi) => plain(hi, 3));
      const said = { "aria-valuenow": now.h[0], "aria-valuetext": `h = ${all.join(", ")}` };
      set(point, { transform: `translate(${x} ${y})`, ...said });
      shares.forEach((share, k) => {
        write(share, `h${subscript(k + 1)} = ${all[k]}`);
        set(share, { "data-value": now.h[k] });
      });
    },
  };
}

// ---- the logits, and one bar that moves them all

const ALL = 3.25; // the place of that bar
const slotAt = (k) => 36 + 84 * k;

function logits({ setZ, setMean }) {
  let limit = 4;
  const keys = { limits: () => [-limit, limit], step: 0.1, page: 1 };
  const bar = (place, kind, drag) =>
    uprightBar({
      ...{ x: slotAt(place), width: 46, zero: 92, reach: 58, numberAt: 172, kind },
      drag: { ...keys, ...drag },
    });
  const bars = CLASSES.map((k) => {
    const name = { variable: "z", index: k, label: `logit z ${k + 1}` };
    return bar(k, "z", { ...name, change: (value) => setZ(k, value) });
  });
  const together = { variable: "shift", index: 0, label: "all logits together, along (1, 1, 1)" };
  const all = bar(ALL, "shift", { ...together, change: setMean });
  return {
    nodes: [
      label(0, 16, "logits z (drag)", "title"),
      label(slotAt(ALL) + 23, 16, "all together", "title middle"),
      svg("line", { class: "axis", x1: 20, x2: 410, y1: 92, y2: 92 }),
      ...bars.map(({ node }) => node),
      all.node,
    ],
    show({ z }, _, { held }) {
      if (!held) limit = roundLimit(4, z);
      bars.forEach((one, k) => one.show(z[k], limit));
      all.show(mean(z), limit);
    },
  };
}

// ---- the circle of changes across (1, 1, 1), and the change chosen on it

const [X, Y, R] = [96, 318, 62];
const DIRECTIONS = [210, 330, 90]; // in which each logit alone would rise

function onCircle(degrees, length = R) {
  const angle = (degrees * Math.PI) / 180;
  return [X + length * Math.cos(angle), Y - length * Math.sin(angle)];
}

function spokes() {
  return DIRECTIONS.flatMap((degrees, k) => {
    const [x2, y2] = onCircle(degrees);
    const [textX, textY] = onCircle(degrees, R + 18);
    return [
      svg("line", { class: "axis", x1: X, y1: Y, x2, y2 }),
      label(textX, textY + 5, `z${subscript(k + 1)}`, "letter middle"),
    ];
  });
}

function circle({ setDirection }) {
  const hand = svg("line", { class: "change", x1: X, y1: Y });
  const knob = svg("circle", { class: "tip", r: 8 });
  const grip = svg("circle", { class: "grip", cx: X, cy: Y, r: R + 16 });
  const turned = svg("g", { class: "turn" }, grip, hand, knob);
  const turn = slider(turned, {
    ...{ variable: "direction", index: 0, limits: () => [0, 360], step: 5, page: 30 },
    ...{ label: "direction of the change of logits, in degrees", handle: knob },
    at: ({ x, y }) => ((Math.atan2(Y - y, x - X) * 180) / Math.PI + 360) % 360,
    change: setDirection,
  });
  return {
    nodes: [
      label(0, 220, "a change of logits Δz", "title"),
      svg("circle", { class: "ring", cx: X, cy: Y, r: R }),
      ...spokes(),
      turned,
    ],
    show({ direction }, now) {
      const [x, y] = onCircle(direction);
      set(hand, { x2: x, y2: y });
      set(knob, { cx: x, cy: y });
      turn.show(direction, { text: changeInWords(now) });
    },
  };
}

// ---- J, and what it makes of that change

const columnAt = (k) => 249 + 70 * k;
const inEntry = (entry) => signed(entry, 3);

function derivative({ point }) {
  const map = heatmap({
    ...{ x: 214, y: 252, n: 3, width: 70, height: 40, quantities: ["jacobian"] },
    say: inEntry,
    point,
  });
  const moves = CLASSES.map((k) => {
    const place = { x: columnAt(k), y: 408 };
    return svg("text", { class: "number", ...place, "data-output": "result", "data-index": k });
  });
  const names = CLASSES.map((k) =>
    label(columnAt(k), 245, `z${subscript(k + 1)}`, "letter middle"),
  );
  const heads = [label(319, 220, "J", "title middle"), label(206, 408, "JΔz", "title end")];
  return {
    nodes: [...heads, ...names, map.node, ...moves],
    show(_, { J, result }, { pointed, theme }) {
      map.show([J], {
        ...{ theme, share: (value) => value / 0.25 },
        label: (i, k, entry) => `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = ${inEntry(entry)}`,
        lit: (i, k) => pointed?.row === i && pointed.column === k,
      });
      moves.forEach((move, k) => {
        write(move, inEntry(result[k]));
        set(move, { "data-value": result[k] });
      });
    },
  };
}

export function changes(callbacks) {
  const parts = [logits, circle, derivative].map((part) => part(callbacks));
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg("svg", { class: "logits", viewBox: "0 0 430 412" }, ...nodes),
    show(...all) {
      for (const part of parts) part.show(...all);
    },
  };
}
