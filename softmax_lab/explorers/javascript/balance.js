// BalanceExplorer: classes as weights on a beam, and what softmax passes back as their moments.

import { axisOf, balance, beyond } from "./balance_drawing.js";
import { computed } from "./balance_maths.js";
import { facts, statement, summary } from "./balance_words.js";
import { checkbox, choice, presets, range } from "./controls.js";
import { html, mapped, paragraph } from "./elements.js";
import { change, frame } from "./frame.js";
import { trueClass } from "./jacobian.js";
import { distributions } from "./jacobian_drawing.js";
import { ofSize, oneHot, withShare } from "./jacobian_maths.js";
import { MODES } from "./jacobian_words.js";
import { roundLimit } from "./numbers.js";

export { computed };

const VECTORS = ["z", "upstream", "target", "_longest"];

const confident = (z, c, high) => z.map((_, j) => (j === c ? high : 0.5 * (j % 3) - 1));
const PRESETS = {
  "nothing to turn": () => ({ mode: "ones" }),
  confident: ({ z }) => ({ mode: "free", z: confident(z, 0, 12) }),
  "far out": ({ z }) => ({
    ...{ mode: "cross_entropy", target: oneHot(z.length, 0) },
    z: confident(z, 1, 4).with(0, -2),
  }),
  "squared error": ({ z }) => ({
    ...{ mode: "squared_error", target: oneHot(z.length, 0) },
    z: confident(z, 1, 4).with(0, -2),
  }),
};

function vectors(model, n = model.get("z").length) {
  return ofSize(n, Object.fromEntries(VECTORS.map((name) => [name, model.get(name)])));
}

function above(put) {
  const mode = choice("Upstream error σ", MODES, (value) => put({ mode: value }));
  const truth = trueClass(put);
  const compare = checkbox("diagonal alone: σₖhₖ(1 − hₖ)", (value) => put({ compare: value }));
  return {
    node: html("div", { class: "controls" }, mode.node, truth.node, compare.node),
    show(state) {
      mode.show(state.mode);
      truth.show(state);
      compare.show(state.compare);
    },
  };
}

function below(model, put) {
  const press = (preset) => () => put({ ...vectors(model), ...preset(vectors(model)) });
  const shortcuts = presets(mapped(PRESETS, press), () => put(model.get("_initial")));
  const size = range("n", { min: 2, max: 8, step: 1 }, (n) => put(vectors(model, n)));
  return {
    node: html("div", { class: "controls" }, shortcuts, size.node),
    show: ({ z }) => size.show(z.length),
  };
}

// The pictures are made anew when the number of classes changes.
function panels(model, put) {
  const node = html("div", { class: "panels" });
  const now = () => vectors(model);
  let left, right, drawn;
  return {
    node,
    fit(n) {
      if (n === drawn) return;
      const classes = Array.from({ length: n }, (_, k) => k);
      left = distributions(classes, {
        setZ: (k, value) => put({ z: now().z.with(k, value) }),
        setShare: (k, value) => put({ target: withShare(now().target, k, value) }),
      });
      right = balance(classes, (k, value) => put({ upstream: now().upstream.with(k, value) }));
      node.replaceChildren(left.node, right.node);
      drawn = n;
    },
    show(state, now, limits) {
      left.show(state, now, limits);
      right.show(state, now, limits.axis);
    },
  };
}

function build({ model }) {
  const put = (values) => change(model, values);
  const [words, small] = ["words", "facts"].map((kind) => paragraph(kind));
  const controls = [above(put), below(model, put)];
  const pictures = panels(model, put);
  let limits;

  function show(given, { held }) {
    const state = { ...ofSize(given.z.length, given), temperature: 1 };
    const now = computed(state);
    pictures.fit(state.z.length);
    // While a weight is dragged the axis stays; under a logit that is dragged it follows σ.
    const axis = held && state.mode === "free" ? limits.axis : axisOf(state, now);
    limits = { z: held ? limits.z : roundLimit(4, state.z), axis };
    for (const each of controls) each.show(state);
    pictures.show(state, now, limits);
    const shown = { ...now, beyond: beyond(axis, now.sigma) };
    words.show(statement(state, now));
    small.show(facts(state, shown));
    return () => summary(state, now);
  }
  return {
    nodes: [controls[0].node, pictures.node, controls[1].node, words.node, small.node],
    show,
  };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "balance" },
    state: [...VECTORS, "mode", "compare"],
    label: "Classes as weights on a beam; what softmax passes back are their moments",
  });
