// What JacobianExplorer says: the sum or the entry pointed at, a statement, a summary.

import * as maths from "./maths.js";
import { plain, signed, subscript, written } from "./numbers.js";

export const MODES = {
  free: "free",
  cross_entropy: "cross-entropy",
  squared_error: "squared error",
  ones: "all ones",
};

export const name = (letter, k) => letter + subscript(k + 1);
const bracketed = (x, digits) => `(${signed(x, digits)})`;

function sumInWords({ mode, compare, temperature: T }, now, k) {
  const entry = `∂C/∂z${subscript(k + 1)}`;
  const letters = now.h.map(
    (_, i) => `${mode === "ones" ? "" : name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)}`,
  );
  const factors = now.h.map((_, i) =>
    mode === "ones"
      ? signed(now.J[i][k], 3)
      : `${bracketed(now.sigma[i], 2)}${bracketed(now.J[i][k], 3)}`,
  );
  const terms = now.weighted.map((row) => signed(row[k], 3));
  const lines = [`${entry} = ${letters.join(" + ")}`];
  lines.push(`= ${mode === "ones" ? written(factors) : factors.join(" + ")}`);
  if (mode !== "ones") lines.push(`= ${written(terms)}`);
  lines.push(`= ${signed(now.result[k], 3)}`);
  if (T !== 1) lines.push(`(J has the factor 1/T = ${plain(1 / T, 2)})`);
  if (compare) lines.push(`·  the diagonal alone: ${signed(now.diagonal[k], 3)}`);
  return lines.join("  ");
}

function entryInWords({ stage, temperature: T }, { h, J, sigma, weighted }, i, k) {
  const [hi, hk] = [h[i], h[k]].map((value) => plain(value, 3));
  const over = T === 1 ? "" : ` / ${plain(T, 2)}`;
  const derivative =
    i === k
      ? `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = ${name("h", i)}(1 − ${name("h", i)})${over && "/T"} = ${hi} · (1 − ${hi})${over}`
      : `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = −${name("h", i)}${name("h", k)}${over && "/T"} = −${hi} · ${hk}${over}`;
  const entry = `J${subscript(i + 1)}${subscript(k + 1)} = ${derivative} = ${signed(J[i][k], 3)}`;
  if (stage === 1) return entry;
  return `${entry}.  Weighted: ${name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)} = ${bracketed(sigma[i], 2)}${bracketed(J[i][k], 3)} = ${signed(weighted[i][k], 3)}`;
}

function statement({ mode, target }) {
  const total = maths.sum(target);
  const whole = Math.abs(total - 1) < 1e-9;
  return {
    free: "∂C/∂zₖ = Σᵢ σᵢJᵢₖ: row i of J is weighted by σᵢ, and each column is summed. Point at a number, or move to it with Tab, to see what makes it.",
    cross_entropy: whole
      ? "σ = −t/h. The sum of column k lands on hₖ − tₖ (◆), wherever you drag."
      : `σ = −t/h. The target sums to ${plain(total, 2)}, so column k lands on hₖ·Σt − tₖ (◆), not on hₖ − tₖ.`,
    squared_error:
      "σ = 2(h − t), and the result is 2J(h − t): watch it fade where softmax is confident, right or wrong.",
    ones: "σ = 1 everywhere: “just sum the rows”. Every column of J sums to 0, so the result is 0 whatever the logits are.",
  }[mode];
}

// What is pointed at, a place { row?, column } or null.
export function pointedInWords(state, now, pointed) {
  if (pointed === null) return statement(state);
  const { row, column } = pointed;
  return row === undefined ? sumInWords(state, now, column) : entryInWords(state, now, row, column);
}

export function summary(state, now) {
  const list = (x, digits) => x.map((value) => plain(value, digits)).join(", ");
  return `Logits ${list(state.z, 2)}. Output ${list(now.h, 3)}. Upstream error, ${MODES[state.mode]}: ${list(now.sigma, 2)}. Result ${list(now.result, 3)}.`;
}

export function lawsInWords({ z, compare }, { rowSums, rank, jacobianError, resultError }) {
  const dust = maths.largest(rowSums);
  const laws = [
    `rows of J sum to 0${dust ? ` (here ${plain(dust, 0)})` : ""}`,
    "J = Jᵀ",
    `rank ${rank} of ${z.length}`,
  ];
  laws.push(
    `central differences agree: J to ${plain(jacobianError, 1)}, Jᵀσ to ${plain(resultError, 1)}`,
  );
  if (compare) laws.push("- - -  the diagonal alone");
  return laws.join("  ·  ");
}
