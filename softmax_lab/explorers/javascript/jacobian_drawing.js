// The two pictures of JacobianExplorer, for one number of classes: z and h on the left; σ, the
// matrix and the result on the right.

import { lyingBar, uprightBar } from "./bars.js";
import { KEYS_ARE_MINE, label, pointable, set, svg, write } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { name } from "./jacobian_words.js";
import * as maths from "./maths.js";
import { plain, roundLimit, signed, steady, subscript } from "./numbers.js";

export function drawing({ n, ...callbacks }) {
  const classes = Array.from({ length: n }, (_, k) => k);
  const left = distributions(classes, callbacks);
  const right = reduction(classes, callbacks);
  let limits;
  return {
    nodes: [left.node, right.node],
    show(state, now, { pointed, theme, held }) {
      if (!held) limits = { z: roundLimit(4, state.z), upstream: roundLimit(3, now.sigma) };
      left.show(state, now, limits);
      right.show(state, now, limits, pointed, theme);
    },
  };
}

// ---- z above, h and the target below, class by class in one slot

const [WIDTH, MARGIN] = [380, 18];

function distributions(classes, { setZ, setShare }) {
  const n = classes.length;
  const slot = (WIDTH - MARGIN) / n;
  const width = Math.min(46, slot - 12);
  const place = (k) => ({ x: MARGIN + slot * (k + 0.5) - width / 2, width });
  const onAxis = (y) => svg("line", { class: "axis", x1: MARGIN, x2: WIDTH, y1: y, y2: y });
  let limit = 4;
  let total = 1;

  const z = classes.map((k) =>
    uprightBar({
      ...place(k), zero: 78, reach: 50, numberAt: 146, kind: "z", say: (zk) => signed(zk, n > 4 ? 1 : 2),
      drag: { variable: "z", index: k, label: `logit z ${k + 1}`, limits: () => [-limit, limit], step: 0.1, page: 1, change: (value) => setZ(k, value) },
    }),
  );
  const below = { zero: 280, reach: 90, below: 0 };
  const h = classes.map((k) =>
    uprightBar({ ...place(k), ...below, numberAt: 298, kind: "h", say: (hk) => plain(hk, n > 6 ? 2 : 3) }),
  );
  const t = classes.map((k) =>
    uprightBar({
      ...place(k), ...below, numberAt: 319, kind: "t", say: (tk) => plain(tk, 2),
      drag: { variable: "target", index: k, label: `target t ${k + 1}`, limits: () => [0, total], step: 0.05, page: 0.25, change: (value) => setShare(k, value) },
    }),
  );
  for (const k of classes) set(h[k].node, { "data-output": "h", "data-index": k, role: "img" });
  const title = label(0, 179, "", "title");
  const targets = svg("g", {}, label(0, 319, "t", "letter"), ...t.map(({ node }) => node));
  const node = svg(
    "svg", { class: "left", viewBox: `0 0 ${WIDTH} 326` },
    label(0, 16, "logits z (drag)", "title"), label(0, 146, "z", "letter"), onAxis(78), ...z.map(({ node }) => node),
    title, label(0, 298, "h", "letter"), onAxis(280), ...h.map(({ node }) => node), targets,
  );

  function show(state, now, limits) {
    const hasTarget = ["cross_entropy", "squared_error"].includes(state.mode);
    const output = `output h = softmax(z${state.temperature === 1 ? "" : " / T"})`;
    [limit, total] = [limits.z, maths.sum(state.target)];
    write(title, hasTarget ? `${output},  target t (drag)` : output);
    set(targets, { display: hasTarget ? null : "none" });
    for (const k of classes) {
      z[k].show(state.z[k], limit);
      h[k].show(now.h[k], 1);
      set(h[k].node, { "data-value": now.h[k], "aria-label": `output h ${k + 1}: ${plain(now.h[k], 3)}` });
      t[k].show(state.target[k], Math.max(1, total));
    }
  }
  return { node, show };
}

// ---- σ lying beside the rows, J or the weighted rows, the sums below the columns

const [LEFT, TOP] = [136, 40];

function reduction(classes, { setUpstream, point, describedBy }) {
  const n = classes.length;
  const narrow = n > 6;
  const cell = n <= 4 ? { width: 88, height: 49 } : { width: 66, height: narrow ? 34 : 40 };
  const say = (value) => (n <= 4 ? signed(value, 3) : steady(value, 2, narrow));
  const [right, bottom] = [LEFT + n * cell.width, TOP + n * cell.height];
  const middle = (k) => LEFT + (k + 0.5) * cell.width;
  const [zero, reach] = [bottom + 60, 38];
  let limit = 3;

  const sigma = classes.map((k) =>
    lyingBar({
      zero: 44, reach: 36, y: TOP + k * cell.height + 5, height: cell.height - 10, numberAt: LEFT - 6, kind: "sigma", say: (value) => signed(value, narrow ? 1 : 2),
      drag: { variable: "upstream", index: k, label: `upstream error σ ${k + 1}`, limits: () => [-limit, limit], step: 0.1, page: 0.5, change: (value) => setUpstream(k, value) },
    }),
  );
  const map = heatmap({ x: LEFT, y: TOP, n, ...cell, quantities: ["jacobian", "weighted"], say, describedBy, point });
  const results = classes.map((k) => {
    const bar = uprightBar({ x: middle(k) - 18, width: 36, zero, reach, numberAt: bottom + 118, kind: "result", say });
    const diagonal = svg("path", { class: "diagonal", "data-output": "diagonal", "data-index": k });
    const landing = svg("path", { class: "landing" });
    const node = svg(
      "g", { class: "column", role: "img", tabindex: 0, "aria-describedby": describedBy, "data-output": "result", "data-index": k, ...KEYS_ARE_MINE },
      svg("rect", { class: "grip", x: middle(k) - cell.width / 2 + 3, y: bottom + 2, width: cell.width - 6, height: 122, rx: 6 }),
      svg("path", { class: "arrow", d: `M${middle(k)} ${bottom + 3} v12 m-4 -5 l4 5 l4 -5` }),
      bar.node, diagonal, landing,
    );
    pointable(node, { column: k }, point);
    return { node, bar, diagonal, landing };
  });
  const [sigmaTitle, matrixTitle] = [label(0, 16, "", "title"), label((LEFT + right) / 2, 16, "", "title middle")];
  const node = svg(
    "svg", { class: narrow ? "right narrow" : "right", viewBox: `0 0 ${right + 34} ${bottom + 126}`, style: `max-width:${right + 34}px` },
    sigmaTitle, matrixTitle,
    ...classes.map((k) => label(middle(k), 35, name("z", k), "letter middle")),
    ...classes.map((k) => label(right + 8, TOP + (k + 0.5) * cell.height + 5, name("h", k), "letter")),
    svg("line", { class: "axis", x1: 44, x2: 44, y1: TOP, y2: bottom }), ...sigma.map(({ node }) => node),
    map.node,
    label(LEFT - 8, zero + 6, "Jᵀσ", "title end"),
    svg("line", { class: "axis", x1: LEFT, x2: right, y1: zero, y2: zero }), ...results.map(({ node }) => node),
  );

  function show(state, now, limits, pointed, theme) {
    const free = state.mode === "free";
    limit = limits.upstream;
    write(sigmaTitle, free ? "σ (drag)" : "σ");
    write(matrixTitle, state.stage === 1 ? "Jᵢₖ = ∂hᵢ/∂zₖ" : "σᵢ Jᵢₖ");
    const shown = state.stage === 1 ? 0 : 1;
    const finite = (x) => x.filter(Number.isFinite);
    // No entry of J is larger than 1/4, divided by the temperature: that is the full colour.
    const full = Math.max(0.25 / state.temperature, shown ? maths.largest(finite(now.weighted.flat())) : 0);
    map.show([now.J, now.weighted], {
      shown, limit: full, theme,
      label: (i, k, value) => `${shown ? name("σ", i) : ""}${name("J", i)}${subscript(k + 1)} = ${signed(value, 3)}`,
      lit: (i, k) => pointed?.column === k && (pointed.row ?? i) === i,
    });
    const compared = state.compare ? finite(now.diagonal) : [];
    const most = Math.max(0.5, maths.largest([...finite(now.result), ...compared]));
    const at = (value) => zero - (value / most) * reach;
    for (const k of classes) {
      const { node, bar, diagonal, landing } = results[k];
      sigma[k].show(now.sigma[k], limit, { fixed: !free });
      bar.show(now.result[k], most);
      set(bar.node, { class: `slot ${now.result[k] < 0 ? "negative" : "positive"}` });
      set(node, { "data-value": now.result[k], "aria-label": `∂C/∂${name("z", k)} = ${signed(now.result[k], 3)}` });
      node.classList.toggle("lit", pointed?.column === k);
      set(diagonal, { d: `M${middle(k) - 28} ${at(now.diagonal[k])} h56`, display: state.compare ? null : "none", "data-value": now.diagonal[k] });
      set(landing, { d: `M${middle(k)} ${at(now.landing[k]) - 6} l6 6 l-6 6 l-6 -6 z`, display: state.mode === "cross_entropy" ? null : "none" });
    }
  }
  return { node, show };
}
