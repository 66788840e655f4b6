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
  const places = Array.from({ length: count }, (_, k) => (Math.ceil((from - dust) / step) + k) * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return places.map((place) =>
    logarithmic
      ? { value: powerOfTen(place), text: powerInWords(place) }
      : { value: place, text: Math.abs(place) < dust ? "0" : place.toFixed(digits).replace("-", "\u2212") },
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

// The rectangle x, y, width, height is that of the curves; leave 60 units on its left, 48 below
// and 32 above for the axes.
//   curves  [{ name, kind, output? }]: `kind` is one of first … fifth, a colour and a dash of
//           style.css; with `output` the value under the cursor is a data-output of that name.
//   legend  { x, y, say, beside? }: where it begins, and how it writes the value under the cursor;
//           its entries stand one below the other, or side by side, so far apart.
//   cursor  { variable, label, step, page, change, grain? }: an upright line to drag from anywhere
//           in the rectangle. It counts in the units of the axis: on a logarithmic one
//           aria-valuenow, `step` and `page` are exponents of ten, and `change` is told the number
//           itself. `grain`: the units it keeps to, 1 for whole numbers.
// `show` draws a state:
//   across, up  { label, limits, logarithmic?, most? }: the axes; most: how many ticks
//   lines       for each curve its points [[x, y], …], or null to leave it out
//   values      for each curve its value under the cursor, or null
//   at, text    where the cursor stands, and that in words
//   marks       [{ across | up, text }]: dotted lines at a number of either axis
export function plot({ x, y, width, height, curves, legend, cursor }) {
  const [bottom, right] = [y + height, x + width];
  const [grid, marked] = [svg("g", { class: "grid" }), svg("g", { class: "marks" })];
  const [acrossLabel, upLabel] = [label(x + width / 2, bottom + 44, "", "letter middle"), label(x - 52, y - 14, "", "letter")];
  const lines = curves.map(({ kind }) => svg("path", { class: `curve ${kind}` }));
  const dots = curves.map(({ kind }) => svg("circle", { class: `curve-dot ${kind}`, r: 5.5 }));
  const entries = curves.map((curve, k) => legendEntry(curve, k));
  const frame = svg("path", { class: "axis open", d: `M${x} ${y}V${bottom}H${right}` });
  let across, up, drawnAxes, drawnMarks;

  const line = svg("line", { class: "cursor-line", y1: y - 4, y2: bottom });
  const knob = svg("rect", { class: "handle", y: bottom - 11, width: 12, height: 22, rx: 5 });
  const grip = svg("rect", { class: "grip", x: x - 8, y: y - 4, width: width + 16, height: height + 16, rx: 6 });
  const hand = svg("g", { class: "cursor lying" }, grip, line, knob);
  const control = cursor && slider(hand, {
    ...cursor,
    index: cursor.index ?? 0,
    limits: () => across.limits,
    at: (position) => {
      const units = across.unitsAt(position.x);
      return cursor.grain ? Math.round(units / cursor.grain) * cursor.grain : units;
    },
    change: (units) => cursor.change(across.units === Number ? units : powerOfTen(units)),
  });

  const node = svg(
    "g", { class: "plot" },
    grid, frame, marked, acrossLabel, upLabel, ...lines, ...(cursor ? [hand] : []), ...dots,
    ...(legend ? entries.map((entry) => entry.node) : []),
  );

  function showAxes(axes) {
    across = scale(axes.across, x, width);
    up = scale(axes.up, bottom, -height);
    const wanted = JSON.stringify(axes);
    if (wanted === drawnAxes) return;
    drawnAxes = wanted;
    const upright = ticks(axes.across).flatMap(({ value, text }) => {
      const place = across.place(value);
      return [svg("line", { x1: place, x2: place, y1: y, y2: bottom }), label(place, bottom + 22, text, "tick middle")];
    });
    const level = ticks(axes.up).flatMap(({ value, text }) => {
      const place = up.place(value);
      return [svg("line", { x1: x, x2: right, y1: place, y2: place }), label(x - 8, place + 5, text, "tick end")];
    });
    grid.replaceChildren(...upright, ...level);
    write(acrossLabel, axes.across.label);
    write(upLabel, axes.up.label);
  }

  function showMarks(marks) {
    const wanted = JSON.stringify([marks, drawnAxes]);
    if (wanted === drawnMarks) return;
    drawnMarks = wanted;
    marked.replaceChildren(
      ...marks.flatMap((mark) => {
        if (mark.up === undefined) {
          const place = across.place(mark.across);
          return [svg("line", { x1: place, x2: place, y1: y - 4, y2: bottom }), label(place, y - 9, mark.text, "tick middle")];
        }
        const place = up.place(mark.up);
        return [svg("line", { x1: x, x2: right, y1: place, y2: place }), label(x + 6, place - 6, mark.text, "tick")];
      }),
    );
  }

  function show({ lines: points, values = [], at = null, text, marks = [], ...axes }) {
    showAxes(axes);
    showMarks(marks);
    const edges = [y, bottom];
    const place = at === null ? NaN : across.place(at);
    let row = 0;
    curves.forEach((_, k) => {
      const left = points[k] === null;
      const value = values[k] ?? null;
      set(lines[k], { d: left ? "" : path(points[k], across.place, up.place, edges) });
      const height = value === null ? NaN : clamped(up.place(value), edges);
      const seen = !left && Number.isFinite(place) && Number.isFinite(height);
      set(dots[k], seen ? { cx: place, cy: height, display: null } : { display: "none" });
      entries[k].show(left ? null : row++, value);
    });
    if (!cursor || at === null) return;
    set(line, { x1: place, x2: place });
    set(knob, { x: place - 6 });
    control.show(across.units(at), { text });
  }

  function legendEntry({ name, kind, output }, k) {
    const [swatch, title] = [svg("path", { class: `curve ${kind}` }), svg("text", {})];
    write(title, name);
    const number = svg("text", { class: "said", ...(output && { "data-output": output, "data-index": k }) });
    const node = svg("g", { class: "entry" }, swatch, title, number);
    return {
      node,
      show(row, value) {
        set(node, { display: row === null ? "none" : null });
        if (row === null || !legend) return;
        const start = legend.x + row * (legend.beside ?? 0);
        const top = legend.y + (legend.beside ? 0 : row * 48);
        set(swatch, { d: `M${start} ${top}h38` });
        set(title, { x: start + 48, y: top + 5 });
        set(number, { x: start + 48, y: top + 26 });
        write(number, value === null ? "" : (legend.say ?? ((v) => plain(v, 3)))(value));
        if (output) set(number, { "data-value": value });
      },
    };
  }

  return { node, show };
}
