// The two pictures of GradientCheckExplorer: the bars and both gradients, digit by digit, on the
// left; the errors of the three methods along the step on the right.

import { uprightBar } from "./bars.js";
import { label, set, svg, write } from "./elements.js";
import { TYPES } from "./floats.js";
import { curves, METHODS } from "./gradient_check_maths.js";
import { METHOD_NAMES } from "./gradient_check_words.js";
import {
  cutAfterDigits,
  digitsInCommon,
  plain,
  roundLimit,
  scientific,
  subscript,
} from "./numbers.js";
import { plot } from "./plot.js";

const CLASSES = [0, 1, 2];

// ---- z and σ, side by side, and h below z

const VECTORS = {
  z: { left: 0, kind: "z", name: "logit z", least: 4 },
  upstream: { left: 200, kind: "sigma", name: "upstream error σ", least: 3 },
};

function barsOf(variable, set) {
  const { left, kind, name, least } = VECTORS[variable];
  let limit = least;
  const bars = CLASSES.map((k) =>
    uprightBar({
      ...{ x: left + 8 + 62 * k, width: 42, zero: 80, reach: 50, numberAt: 152, kind },
      drag: {
        ...{ variable, index: k, label: `${name} ${k + 1}`, step: 0.1, page: 1 },
        limits: () => [-limit, limit],
        change: (value) => set(k, value),
      },
    }),
  );
  const axis = svg("line", { class: "axis", x1: left, x2: left + 176, y1: 80, y2: 80 });
  return {
    nodes: [axis, ...bars.map(({ node }) => node)],
    show(values, { held, fixed = false }) {
      if (!held) limit = roundLimit(least, values);
      bars.forEach((bar, k) => bar.show(values[k], limit, { fixed }));
    },
  };
}

function vectors({ setZ, setUpstream }) {
  const [z, upstream] = [barsOf("z", setZ), barsOf("upstream", setUpstream)];
  const sigmaTitle = label(204, 16, "", "title");
  const outputs = CLASSES.map((k) => {
    const place = { x: 29 + 62 * k, y: 178, "data-output": "h", "data-index": k };
    return svg("text", { class: "number", ...place });
  });
  const titles = [label(0, 16, "logits z (drag)", "title"), sigmaTitle];
  return {
    nodes: [...titles, ...z.nodes, ...upstream.nodes, label(190, 178, "h", "letter"), ...outputs],
    show(state, now, held) {
      const free = state.mode === "free";
      z.show(state.z, { held });
      upstream.show(now.sigma, { held, fixed: !free });
      write(sigmaTitle, free ? "σ (drag)" : "σ = −t/h");
      outputs.forEach((output, k) => {
        write(output, plain(now.h[k], 3));
        set(output, { "data-value": now.h[k] });
      });
    },
  };
}

// ---- both gradients, entry under entry, with all their digits

function entry(k) {
  const top = 242 + 54 * k;
  const place = (y) => ({ class: "digits", x: 84, y, "data-index": k });
  const given = svg("text", { ...place(top), "data-output": "result" });
  const [right, wrong] = ["right", "wrong"].map((kind) => svg("tspan", { class: kind }));
  const numeric = svg("text", { ...place(top + 22), "data-output": "numeric" }, right, wrong);
  const agree = label(0, top + 22, "", "letter");
  return {
    nodes: [label(0, top, `∂C/∂z${subscript(k + 1)}`, "letter"), given, numeric, agree],
    show(analytic, value) {
      const count = digitsInCommon(value, analytic, 15);
      const [head, tail] = cutAfterDigits(scientific(value, 16), count);
      write(given, scientific(analytic, 16));
      write(right, head);
      write(wrong, tail);
      write(agree, `${count} agree`);
      set(given, { "data-value": analytic });
      set(numeric, { "data-value": value });
    },
  };
}

function gradients() {
  const kinds = label(380, 212, "", "letter end");
  const entries = CLASSES.map(entry);
  const nodes = entries.flatMap((each) => each.nodes);
  return {
    nodes: [label(0, 212, "∂C/∂z", "title"), kinds, ...nodes],
    show({ checked, method }, { result, quotients }) {
      const formula = checked === "right" ? "formula" : "wrong formula";
      write(kinds, `${formula} above, ${METHOD_NAMES[method]} below`);
      entries.forEach((each, k) => each.show(result[k], quotients[method][k].value));
    },
  };
}

export function gradientsAndBars(callbacks) {
  const parts = [vectors(callbacks), gradients()];
  const nodes = parts.flatMap((part) => part.nodes);
  return {
    node: svg("svg", { class: "left", viewBox: "0 0 380 372" }, ...nodes),
    show(...all) {
      for (const part of parts) part.show(...all);
    },
  };
}

// ---- the errors

const LEAST_ERROR = 1e-16; // what is smaller is chance, and drawn as this
const ACROSS = { label: "step s", limits: [1e-20, 1], logarithmic: true };
const UP = { label: "largest relative error", limits: [2e-17, 10], logarithmic: true };

const drawnError = (error) => (Number.isNaN(error) ? NaN : Math.max(error, LEAST_ERROR));
const inLegend = (error) => (Number.isNaN(error) ? "no quotient" : scientific(error, 2));

// The curves change with everything but the step and the method.
function remembered() {
  let drawn, lines;
  return ({ step, method, ...rest }) => {
    const wanted = JSON.stringify(rest);
    if (wanted !== drawn)
      lines = curves(rest).map((curve) => curve.map(([s, error]) => [s, drawnError(error)]));
    drawn = wanted;
    return lines;
  };
}

export function errorsAlongStep({ setStep }) {
  const linesOf = remembered();
  const drawn = plot({
    ...{ x: 62, y: 98, width: 400, height: 228 },
    curves: METHODS.map((name, k) => ({
      ...{ name, kind: ["first", "second", "third"][k], output: "error" },
    })),
    legend: { x: 10, y: 12, beside: 160, say: inLegend },
    cursor: {
      ...{ variable: "step", label: "step s, as a power of ten", step: 0.25, page: 1 },
      change: setStep,
    },
  });
  const size = { viewBox: "0 0 480 374", style: "max-width:480px" };
  return {
    node: svg("svg", { class: "right", ...size }, drawn.node),
    show(state, { errors }) {
      const { epsilon } = TYPES[state.dtype];
      drawn.show({
        across: ACROSS,
        up: UP,
        lines: linesOf(state),
        values: METHODS.map((name) => Math.max(...errors[name])),
        at: state.step,
        text: `s = ${scientific(state.step, 2)}`,
        marks: [
          { across: Math.sqrt(epsilon), text: "√ε" },
          { across: Math.cbrt(epsilon), text: "∛ε" },
          { up: 1e-6, text: "check passes below" },
        ],
      });
    },
  };
}
