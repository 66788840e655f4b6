// SimplexExplorer: what J makes of a circle of logit changes, in the triangle of distributions.

import { checkbox, presets, range } from "./controls.js";
import { html, mapped, paragraph } from "./elements.js";
import { change, frame } from "./frame.js";
import { softmax } from "./maths.js";
import { plain, rounded } from "./numbers.js";
import { changes, triangle } from "./simplex_drawing.js";
import { angleTo, computed, inPlane, logitsAt, mean } from "./simplex_maths.js";
import { facts, LONGEST, LONGEST_FACTS, statement, summary } from "./simplex_words.js";

export { computed };

const PRESETS = {
  centre: [0, 0, 0],
  "towards an edge": [1.5, 1.5, -2],
  "towards a corner": [3.5, 0, -0.5],
  "in the corner": [9, 0, -1],
};

function controls(model, put) {
  const shortcuts = presets(
    mapped(PRESETS, (z) => () => put({ z })),
    () => put(model.get("_initial")),
  );
  const setRadius = (value) => put({ radius: value });
  const radius = range("length of Δz", { min: 0.05, max: 2, step: 0.05 }, setRadius, (value) =>
    plain(value, 2),
  );
  const exact = checkbox("where softmax really takes the circle (dashed)", (value) =>
    put({ true_image: value }),
  );
  return {
    node: html("div", { class: "controls" }, shortcuts, radius.node, exact.node),
    show(state) {
      radius.show(state.radius);
      exact.show(state.true_image);
    },
  };
}

function build({ root, model, redraw }) {
  const put = (values) => change(model, values);
  const z = () => model.get("z");
  let pointed = null;
  const left = triangle({
    where: () => inPlane(softmax(z())),
    moveTo: (point) => put({ z: logitsAt(point, mean(z())) }),
    angleTo: (arrow) => angleTo(softmax(z()), arrow),
    setDirection: (value) => put({ direction: value }),
  });
  const right = changes({
    setZ: (k, value) => put({ z: z().with(k, value) }),
    setMean: (value) => put({ z: z().map((zj) => rounded(zj + value - mean(z()))) }),
    setDirection: (value) => put({ direction: value }),
    point(cell) {
      pointed = cell;
      redraw();
    },
  });
  const above = controls(model, put);
  const [words, small] = ["words", "facts"].map((kind) => paragraph(kind));

  function show(state, { held }) {
    const now = computed(state);
    left.show(state, now);
    right.show(state, now, { held, pointed, theme: root.dataset.theme });
    above.show(state);
    words.show(statement(now), LONGEST);
    small.show(facts(now), LONGEST_FACTS);
    return (spoken) => summary(state, now, spoken);
  }
  const panels = html("div", { class: "panels even" }, left.node, right.node);
  return { nodes: [above.node, panels, words.node, small.node], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "simplex" },
    state: ["z", "radius", "direction", "true_image"],
    label:
      "The triangle of distributions over three classes, and what the Jacobian makes of a change of logits",
  });
