// Axes with curves: data in, a group of SVG out. Nothing here knows what the curves mean.

import { label, set, svg, write } from "./elements.js";
import { clamped, plain, powerInWords, powerOfTen } from "./numbers.js";
import { slider } from "./slider.js";

const MOST_TICKS = 6;

// Round numbers between two limits, few enough to be read; on a logarithmic axis powers of ten.
export function ticks({ limits: [low, high], logarithmic, most = MOST_TICKS }) {
  const [from, to] = logarithmic ? [Math.log10(low), Math.log10(high)] : [low, high];
  const unit = logarithmic ? 1 : 10 ** Math.floor(Math.log10((to - from) / most));
  const even = logarithmic ? [1, 2, 4, 5, 10, 20, 50] : [1, 2, 5, 10];
  const step = even.map((k) => k * unit).find((gap) => (to - from) / gap < most);
  const dust = 1e-9 * step;
  const count = Math.floor((to + dust) / step) - Math.ceil((from - dust) / step) + 1;
  const places = Array.from(
    { length: count },
    (_, k) => (Math.ceil((from - dust) / step) + k) * step,
  );
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return places.map((place) =>
    logarithmic
      ? { value: powerOfTen(place), text: powerInWords(place) }
      : {
          value: place,
          text: Math.abs(place) < dust ? "0" : place.toFixed(digits).replace("-", "\u2212"),
        },
  );
}

// From a value to its place on an axis and back. `units` are what the axis is even in: on a
// logarithmic one exponents of ten.
export function scale({ limits, logarithmic }, start, length) {
  const units = logarithmic ? Math.log10 : Number;
  const [low, high] = limits.map(units);
  return {
    units,
    limits: [low, high],
    place: (value) => start + ((units(value) - low) / (high - low)) * length,
    unitsAt: (place) => low + ((place - start) / length) * (high - low),
  };
}

// A line through points [x, y]; what is not finite leaves a gap, what is too high or too low lies
// on the edge.
function path(points, placeX, placeY, edges) {
  let pen = "M";
  let d = "";
  points.forEach(([x, y], k) => {
    const [px, py] = [placeX(x), clamped(placeY(y), edges)];
    if (!Number.isFinite(px) || !Number.isFinite(placeY(y))) {
      pen = "M";
      return;
    }
    d += `${pen}${px.toFixed(2)} ${py.toFixed(2)}`;
    const alone = pen === "M" && !Number.isFinite(placeY(points[k + 1]?.[1] ?? NaN));
    if (alone) d += "h0"; // with round ends: a dot
    pen = "L";
  });
  return d;
}

// ---- the axes, and dotted lines at numbers of theirs

function axes({ x, y, width, height }) {
  const [bottom, right] = [y + height, x + width];
  const grid = svg("g", { class: "grid" });
  const open = svg("path", { class: "axis open", d: `M${x} ${y}V${bottom}H${right}` });
  const acrossLabel = label(x + width / 2, bottom + 44, "", "letter middle");
  const upLabel = label(x - 52, y - 14, "", "letter");
  const upright = ({ value, text }) => {
    const place = now.across.place(value);
    const line = svg("line", { x1: place, x2: place, y1: y, y2: bottom });
    return [line, label(place, bottom + 22, text, "tick middle")];
  };
  const level = ({ value, text }) => {
    const place = now.up.place(value);
    const line = svg("line", { x1: x, x2: right, y1: place, y2: place });
    return [line, label(x - 8, place + 5, text, "tick end")];
  };
  const now = {
    nodes: [grid, open, acrossLabel, upLabel],
    show({ across, up }) {
      now.across = scale(across, x, width);
      now.up = scale(up, bottom, -height);
      const wanted = JSON.stringify([across, up]);
      if (wanted === now.drawn) return;
      now.drawn = wanted;
      grid.replaceChildren(...ticks(across).flatMap(upright), ...ticks(up).flatMap(level));
      write(acrossLabel, across.label);
      write(upLabel, up.label);
    },
  };
  return now;
}

function marks({ x, y, width, height }, on) {
  const node = svg("g", { class: "marks" });
  const upright = ({ across, text }) => {
    const place = on.across.place(across);
    const line = svg("line", { x1: place, x2: place, y1: y - 4, y2: y + height });
    return [line, label(place, y - 9, text, "tick middle")];
  };
  const level = ({ up, text }) => {
    const place = on.up.place(up);
    const line = svg("line", { x1: x, x2: x + width, y1: place, y2: place });
    return [line, label(x + 6, place - 6, text, "tick")];
  };
  let drawn;
  return {
    node,
    show(wanted) {
      const key = JSON.stringify([wanted, on.drawn]);
      if (key === drawn) return;
      drawn = key;
      const drawing = wanted.flatMap((mark) => (mark.up === undefined ? upright : level)(mark));
      node.replaceChildren(...drawing);
    },
  };
}

// ---- the cursor, and the legend

function cursorLine({ x, y, width, height }, on, { change, ...options }) {
  const bottom = y + height;
  const line = svg("line", { class: "cursor-line", y1: y - 4, y2: bottom });
  const size = { width: 12, height: 22, rx: 5 };
  const knob = svg("rect", { class: "handle", y: bottom - 11, ...size });
  const around = { x: x - 8, y: y - 4, width: width + 16, height: height + 16, rx: 6 };
  const grip = svg("rect", { class: "grip", ...around });
  const node = svg("g", { class: "cursor lying" }, grip, line, knob);
  const control = slider(node, {
    ...{ index: 0, ...options },
    limits: () => on.across.limits,
    at: (position) => on.across.unitsAt(position.x),
    change: (units) => change(on.across.units === Number ? units : powerOfTen(units)),
  });
  return {
    node,
    show(at, text) {
      const place = on.across.place(at);
      set(line, { x1: place, x2: place });
      set(knob, { x: place - 6 });
      control.show(on.across.units(at), { text });
    },
  };
}

const threeDigits = (value) => plain(value, 3);

function legendEntry({ x, y, beside, say = threeDigits }, { name, kind, output }, k) {
  const [swatch, title] = [svg("path", { class: `curve ${kind}` }), svg("text")];
  write(title, name);
  const place = output && { "data-output": output, "data-index": k };
  const number = svg("text", { class: "said", ...place });
  const node = svg("g", { class: "entry" }, swatch, title, number);
  return {
    node,
    show(row, value) {
      set(node, { display: row === null ? "none" : null });
      if (row === null) return;
      const start = x + row * beside;
      set(swatch, { d: `M${start} ${y}h38` });
      set(title, { x: start + 48, y: y + 5 });
      set(number, { x: start + 48, y: y + 26 });
      write(number, value === null ? "" : say(value));
      if (output) set(number, { "data-value": value });
    },
  };
}

// ---- all together

function curve({ kind }, { y, height }, on) {
  const line = svg("path", { class: `curve ${kind}` });
  const dot = svg("circle", { class: `curve-dot ${kind}`, r: 5.5 });
  const edges = [y, y + height];
  return {
    line,
    dot,
    show(points, value, at) {
      set(line, { d: points === null ? "" : path(points, on.across.place, on.up.place, edges) });
      const [cx, cy] = [at, value].map((number) => number ?? NaN);
      const place = [on.across.place(cx), clamped(on.up.place(cy), edges)];
      const seen = points !== null && place.every(Number.isFinite);
      set(dot, seen ? { cx: place[0], cy: place[1], display: null } : { display: "none" });
    },
  };
}

// The rectangle x, y, width, height is that of the curves; leave 60 units on its left, 48 below
// and 32 above for the axes.
//   curves  [{ name, kind, output? }]: `kind` is first, second or third, a colour and a dash of
//           style.css; with `output` the value under the cursor is a data-output of that name.
//   legend  { x, y, say, beside }: where it begins, how it writes the value under the cursor, and
//           how far apart its entries stand, side by side.
//   cursor  { variable, label, step, page, change }: an upright line to drag from anywhere in the
//           rectangle. It counts in the units of the axis: on a logarithmic one aria-valuenow,
//           `step` and `page` are exponents of ten, and `change` is told the number itself.
// `show` draws a state:
//   across, up  { label, limits, logarithmic?, most? }: the axes; most: how many ticks
//   lines       for each curve its points [[x, y], …], or null to leave it out
//   values      for each curve its value under the cursor, or null
//   at, text    where the cursor stands, and that in words
//   marks       [{ across | up, text }]: dotted lines at a number of either axis
export function plot({ curves, legend, cursor, ...rectangle }) {
  const on = axes(rectangle);
  const dotted = marks(rectangle, on);
  const drawn = curves.map((each) => curve(each, rectangle, on));
  const hand = cursor && cursorLine(rectangle, on, cursor);
  const entries = legend ? curves.map((each, k) => legendEntry(legend, each, k)) : [];
  const [grid, open, ...labels] = on.nodes;
  const lines = drawn.map(({ line }) => line);
  const dots = drawn.map(({ dot }) => dot);
  const node = svg("g", { class: "plot" }, grid, open, dotted.node, ...labels, ...lines);
  node.append(...(hand ? [hand.node] : []), ...dots, ...entries.map((entry) => entry.node));
  return {
    node,
    show({ across, up, lines: points, values = [], at = null, text, marks: wanted = [] }) {
      on.show({ across, up });
      dotted.show(wanted);
      drawn.forEach((each, k) => each.show(points[k], values[k], at));
      const rows = points.map((line, k) => points.slice(0, k).filter((one) => one !== null).length);
      entries.forEach((entry, k) =>
        entry.show(points[k] === null ? null : rows[k], values[k] ?? null),
      );
      if (hand && at !== null) hand.show(at, text);
    },
  };
}
