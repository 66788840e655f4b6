// A piece of the plane around its origin, with points that are dragged and arrows.

import { label, positionIn, set, svg, write } from "./elements.js";
import { clamped, plain, rounded, signed } from "./numbers.js";
import { draggable } from "./slider.js";

export const LIMITS = [2.8, 1.8]; // how far points are drawn, across and up
const UNIT = 70;
const [X, Y] = [210, 140]; // where the origin is, in the middle
const [STEP, PAGE] = [0.1, 0.5];
const [RADIUS, GRIP] = [14, 30]; // of a point, and of what takes hold of it
const EDGE = (RADIUS + 1) / UNIT;

export const onPage = ([x, y]) => [X + UNIT * x, Y - UNIT * y];
const fromPage = ({ x, y }) => [(x - X) / UNIT, (Y - y) / UNIT];
const tenths = (value) => Math.round(value / STEP) * STEP;

export const inWords = (point, digits = 2) =>
  `(${point.map((each) => plain(each, digits)).join(", ")})`;

// The picture, with its axes and what else is given; it says below which arrows it has, and names
// what lies beyond its edge.
export function plane(title, arrows, ...nodes) {
  const size = { width: 2 * X, height: 2 * Y };
  const ground = svg("rect", { class: "ground", ...size, rx: 8 });
  const axes = svg("path", { class: "axes", d: `M0 ${Y}H${2 * X}M${X} 0V${2 * Y}` });
  const below = [label(10, 270, arrows, "letter"), label(410, 270, "", "letter end")];
  const about = { class: "plane", viewBox: `0 0 ${2 * X} ${2 * Y}` };
  return {
    node: svg("svg", about, ground, axes, ...nodes, label(10, 22, title, "title"), ...below),
    show(beyond) {
      write(below[1], beyond.length ? `beyond the edge: ${beyond.join(", ")}` : "");
    },
  };
}

export const isBeyond = (point) => point.some((each, axis) => Math.abs(each) > LIMITS[axis]);

// ---- points

// A slider in two directions: arrows step, Page Up and Down move it far up and down, Home and End
// to the left and right edge. Its x and y stand in data-x and data-y in full precision. `move` is
// told the point that is wanted. What the hand holds stays where the hand took hold of it; `at`
// says which point is meant by a place, where that is not the place itself.
function slider(node, { variable, index, label, grip, move, at = (place) => place }) {
  let point, place, hold;
  const limit = (axis) => Math.max(LIMITS[axis], Math.abs(point[axis]));
  const to = (wanted) => {
    const next = wanted.map((each, axis) => rounded(clamped(each, [-limit(axis), limit(axis)])));
    if (next.some((each, axis) => each !== point[axis])) move(next);
  };
  const name = { role: "slider", "aria-roledescription": "2-D slider", "aria-label": label };
  set(node, { ...name, "data-variable": variable, "data-index": index });
  node.addEventListener("pointerdown", (event) => {
    const pointer = fromPage(positionIn(node.ownerSVGElement, event));
    hold = { pointer, away: pointer.map((each, axis) => each - place[axis]) };
  });
  draggable(node, {
    handle: grip,
    drag(position) {
      const pointer = fromPage(position);
      if (pointer.every((each, axis) => each === hold.pointer[axis])) return; // not yet moved
      hold.pointer = [NaN, NaN];
      const held = pointer.map((each, axis) =>
        clamped(each - hold.away[axis], [-LIMITS[axis], LIMITS[axis]]),
      );
      to(at(held).map(tenths));
    },
    keys: steps((x, y) => to([x(point[0]), y(point[1])])),
  });
  return {
    show(newPoint, newPlace) {
      [point, place] = [newPoint, newPlace];
      const [x, y] = point;
      const range = { "aria-valuemin": -limit(0), "aria-valuemax": limit(0), "aria-valuenow": x };
      const text = `${signed(x, 2)} across, ${signed(y, 2)} up`;
      set(node, { ...range, "aria-valuetext": text, "data-x": x, "data-y": y });
    },
  };
}

// What the keys do; `move` is told what becomes of x and of y.
function steps(move) {
  const by = (amount) => (value) => value + amount;
  const key = (x, y) => () => move(x, y);
  return {
    ArrowLeft: key(by(-STEP), by(0)),
    ArrowRight: key(by(STEP), by(0)),
    ArrowUp: key(by(0), by(STEP)),
    ArrowDown: key(by(0), by(-STEP)),
    PageUp: key(by(0), by(PAGE)),
    PageDown: key(by(0), by(-PAGE)),
    Home: key(() => -LIMITS[0], by(0)),
    End: key(() => LIMITS[0], by(0)),
  };
}

// A point with a letter or number in it; `place` is where in the plane it is drawn.
export function point(text, kind, options) {
  const size = { x: -RADIUS, y: -RADIUS, width: 2 * RADIUS, height: 2 * RADIUS };
  const shape =
    kind === "value"
      ? svg("rect", { class: "mark", ...size, rx: 4 })
      : svg("circle", { class: "mark", r: RADIUS });
  const number = svg("text", { class: "inside", y: 5 });
  write(number, text);
  const grip = svg("circle", { class: "grip", r: GRIP });
  const node = svg("g", {}, grip, shape, number);
  const control = slider(node, { ...options, grip });
  return {
    node,
    show(value, place, more = "") {
      const [x, y] = onPage(place);
      const dragged = node.classList.contains("dragged") ? " dragged" : "";
      set(node, { class: `point ${kind} ${more}${dragged}`, transform: `translate(${x} ${y})` });
      control.show(value, place);
    },
  };
}

// ---- arrows

function draw(shaft, head, [x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 0.5) {
    for (const part of [shaft, head]) set(part, { d: "" });
    return;
  }
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const size = Math.min(14, length);
  const [nx, ny] = [x2 - ux * size, y2 - uy * size];
  const [wx, wy] = [-uy * size * 0.5, ux * size * 0.5];
  set(shaft, { d: `M${x1} ${y1}L${nx} ${ny}` });
  set(head, { d: `M${x2} ${y2}L${nx + wx} ${ny + wy}L${nx - wx} ${ny - wy}Z` });
}

// Arrows begin at the edge of their point, so that short ones are seen. All ends are in the plane.
function fromEdge(from, to) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const edge = [0, 1].map((axis) => ((to[axis] - from[axis]) / length) * EDGE);
  return [from, to].map((end) => end.map((each, axis) => each + edge[axis]));
}

// A vector at a point of the plane, two numbers for whoever reads the page: its shaft carries the
// first and its head the second. `row` is null where there is one such vector only.
export function arrow(output, row) {
  const parts = ["shaft", "head"].map((part, axis) => {
    const place = row === null ? { "data-index": axis } : { "data-row": row, "data-column": axis };
    return svg("path", { class: part, "data-output": output, ...place });
  });
  const node = svg("g", { role: "img" }, ...parts);
  return {
    node,
    show(vector, from, to, said, sign = "") {
      parts.forEach((part, axis) => set(part, { "data-value": vector[axis] }));
      draw(...parts, ...fromEdge(from, to).map(onPage));
      set(node, { class: `vector ${sign}`, "aria-label": said });
    },
  };
}

// An arrow whose tip is dragged.
export function handle(options) {
  const [shaft, head] = ["shaft", "head"].map((part) => svg("path", { class: part }));
  const grip = svg("circle", { class: "grip", r: GRIP });
  const node = svg("g", { class: "point arriving" }, grip, shaft, head);
  let origin;
  const at = (place) => {
    const way = place.map((each, axis) => each - origin[axis]);
    const length = Math.hypot(...way) || 1;
    return way.map((each) => (each / length) * Math.max(0, length - EDGE));
  };
  const control = slider(node, { ...options, grip, at });
  return {
    node,
    show(vector, from, to) {
      origin = from;
      const [start, tip] = fromEdge(from, to);
      draw(shaft, head, onPage(start), onPage(tip));
      const [cx, cy] = onPage(tip);
      set(grip, { cx, cy });
      control.show(vector, tip);
    },
  };
}
