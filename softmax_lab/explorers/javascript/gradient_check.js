// GradientCheckExplorer: the step of a numerical derivative against the error of the check.

import { choice, presets } from "./controls.js";
import { html, mapped, paragraph } from "./elements.js";
import { change, frame } from "./frame.js";
import { errorsAlongStep, gradientsAndBars } from "./gradient_check_drawing.js";
import { computed, curves } from "./gradient_check_maths.js";
import { facts, METHOD_NAMES, statement, summary } from "./gradient_check_words.js";

export { computed, curves };

const PRESETS = { confident: [12, 0, -1], "z = 0": [0, 0, 0] };
const CHOICES = {
  mode: ["C", { free: "Σ σᵢhᵢ", cross_entropy: "cross-entropy" }],
  label: ["true class", { 0: "1", 1: "2", 2: "3" }],
  checked: ["gradient", { right: "right", diagonal_only: "diagonal alone", doubled: "doubled" }],
  dtype: ["C in", { float64: "float64", float32: "float32" }],
  method: ["method", METHOD_NAMES],
};

function controls(model, put) {
  const each = Object.entries(CHOICES).map(([trait, [title, options]]) => {
    const valueOf = trait === "label" ? Number : String;
    return { trait, ...choice(title, options, (value) => put({ [trait]: valueOf(value) })) };
  });
  const shortcuts = presets(
    mapped(PRESETS, (z) => () => put({ z })),
    () => put(model.get("_initial")),
  );
  return {
    node: html("div", { class: "controls" }, ...each.map(({ node }) => node), shortcuts),
    show(state) {
      for (const { trait, node, show } of each) {
        show(state[trait]);
        if (trait === "label") node.hidden = state.mode === "free";
      }
    },
  };
}

function build({ root, model }) {
  const put = (values) => change(model, values);
  const above = controls(model, put);
  const left = gradientsAndBars({
    setZ: (k, value) => put({ z: model.get("z").with(k, value) }),
    setUpstream: (k, value) => put({ upstream: model.get("upstream").with(k, value) }),
  });
  const right = errorsAlongStep({ setStep: (step) => put({ step }) });
  const [words, small] = ["words", "facts"].map((kind) => paragraph(kind));

  function show(state, { held }) {
    const now = computed(state);
    const { mode, checked, method } = state;
    Object.assign(root.dataset, { mode, checked, method });
    above.show(state);
    left.show(state, now, held);
    right.show(state, now);
    words.show(statement(state, now));
    small.show(facts(state, now));
    return (spoken) => summary(state, now, spoken);
  }
  const panels = html("div", { class: "panels" }, left.node, right.node);
  return { nodes: [above.node, panels, words.node, small.node], show };
}

export const render = ({ model, el }) =>
  frame({
    ...{ model, el, build, name: "gradient_check" },
    state: ["z", "upstream", "mode", "label", "checked", "method", "dtype", "step"],
    label: "The step of a numerical derivative, and the error of a gradient check",
  });
