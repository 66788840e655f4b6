// What JacobianExplorer says: the sum or the entry pointed at, a statement, a summary.

import { sentences } from "./frame.js";
import { column } from "./jacobian_maths.js";
import { END, isWeighted, momentOf } from "./jacobian_motion.js";
import * as maths from "./maths.js";
import {
  digitsFor,
  longest,
  plain,
  powerInWords,
  roundedTo,
  roundedTogether,
  signed,
  steady,
  subscript,
  written,
} from "./numbers.js";

export const MODES = {
  free: "free",
  cross_entropy: "cross-entropy",
  squared_error: "squared error",
  ones: "all ones",
};

export const name = (letter, k) => letter + subscript(k + 1);
const bracketed = (x, digits) => `(${signed(x, digits)})`;

// The symbols of ∂C/∂zₖ = Σᵢ σᵢ Jᵢₖ.
export const SYMBOLS = {
  result: {
    said: "∂C/∂zₖ: what is passed back to logit k, the sum of column k",
    text: "∂C/∂zₖ is what is passed back to logit k: the sum of column k, over all rows i.",
  },
  sigma: {
    said: "σᵢ: the error that arrives at output i",
    text: "σᵢ = ∂C/∂hᵢ is the error that arrives at output i. It weights row i.",
  },
  jacobian: {
    said: "Jᵢₖ: the entry of row i and column k",
    text: "Jᵢₖ = ∂hᵢ/∂zₖ is the entry of row i and column k: how output i follows logit k.",
  },
};

// How they are written where a row or a column is pointed at.
export function formulaWith(pointed) {
  const [i, k] = [pointed?.row, pointed?.column].map((at) => at >= 0 && subscript(at + 1));
  const [row, column] = [i || "ᵢ", k || "ₖ"];
  return { result: `∂C/∂z${column}`, sigma: `σ${row}`, jacobian: `J${row}${column}` };
}

// The terms of a sum and their sum, rounded together: what is printed adds up. Of small numbers a
// power of ten is put outside.
export function spelled(terms, total) {
  const size = maths.largest(terms);
  if (!Number.isFinite(size))
    return [written(terms.map((term) => signed(term, 3))), signed(total, 3)];
  const exponent = size > 0 && size < 0.01 ? Math.floor(Math.log10(size)) : 0;
  const [factor, digits] = [10 ** -exponent, exponent ? 2 : digitsFor(size, 4)];
  const text = (value) => (value === 0 ? "0" : steady(value, digits));
  const printed = roundedTogether(
    terms.map((term) => term * factor),
    digits,
    total * factor,
  );
  const [sum, all] = [written(printed.map(text)), text(roundedTo(maths.sum(printed), digits))];
  const power = exponent ? ` · ${powerInWords(exponent)}` : "";
  return power ? [`(${sum})${power}`, `${all}${all === "0" ? "" : power}`] : [sum, all];
}

// The sum of column k: in letters, in factors where there are few, in terms, and what it comes to.
function sumInWords({ mode, compare, temperature: T }, now, k) {
  const { h, J, sigma, terms, result, diagonal } = now;
  const few = h.length <= 4;
  const letters = h.map(
    (_, i) => `${mode === "ones" ? "" : name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)}`,
  );
  const [sum, total] = spelled(column(terms, k), result[k]);
  const lines = [
    `∂C/∂z${subscript(k + 1)} = ${few ? letters.join(" + ") : `Σᵢ σᵢJᵢ${subscript(k + 1)}`}`,
  ];
  if (mode !== "ones" && few)
    lines.push(
      `= ${h.map((_, i) => `${bracketed(sigma[i], 2)}${bracketed(J[i][k], 3)}`).join(" + ")}`,
    );
  lines.push(`= ${sum}`, `= ${total}`);
  if (T !== 1) lines.push(`(J has the factor 1/T = ${plain(1 / T, 2)})`);
  if (compare) lines.push(`·  the diagonal alone: ${signed(diagonal[k], 3)}`);
  return lines.join("  ");
}

// As the picture prints it; a very small one with its power of ten.
function printedTerm({ terms, printed: { terms: shown, digits } }, i, k) {
  const small = (value) => value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits;
  if (small(terms[i][k])) return signed(terms[i][k], digits);
  return shown[i][k] === 0 && terms[i][k] !== 0 ? "\u22480" : signed(shown[i][k], digits);
}

// What σᵢ does to row i.
function rowInWords({ mode }, now, i) {
  const { sigma } = now;
  const source = { free: "", cross_entropy: " = −tᵢ/hᵢ", squared_error: " = 2(hᵢ − tᵢ)", ones: "" }[
    mode
  ];
  const from = source.replaceAll("ᵢ", subscript(i + 1));
  const products = now.terms[i].map((_, k) => printedTerm(now, i, k)).join(",  ");
  return `${name("σ", i)} = ∂C/∂h${subscript(i + 1)}${from} = ${signed(sigma[i], 2)} weights row ${i + 1}:  ${name("σ", i)}J${subscript(i + 1)}ₖ = ${products}`;
}

function entryInWords({ progress, temperature: T }, now, i, k) {
  const { h, J, sigma } = now;
  const [hi, hk] = [h[i], h[k]].map((value) => plain(value, 3));
  const over = T === 1 ? "" : ` / ${plain(T, 2)}`;
  const derivative =
    i === k
      ? `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = ${name("h", i)}(1 − ${name("h", i)})${over && "/T"} = ${hi} · (1 − ${hi})${over}`
      : `∂h${subscript(i + 1)}/∂z${subscript(k + 1)} = −${name("h", i)}${name("h", k)}${over && "/T"} = −${hi} · ${hk}${over}`;
  const entry = `J${subscript(i + 1)}${subscript(k + 1)} = ${derivative} = ${signed(J[i][k], 3)}`;
  if (!isWeighted(momentOf(progress, h.length), i, k)) return entry;
  return `${entry}.  Weighted: ${name("σ", i)}J${subscript(i + 1)}${subscript(k + 1)} = ${bracketed(sigma[i], 2)}${bracketed(J[i][k], 3)} = ${printedTerm(now, i, k)}`;
}

const OVER = ({ temperature: T }) => (T === 1 ? "" : "/T");

const landing = (state, whole) => {
  const at = whole ? "hₖ − tₖ" : "hₖ·Σt − tₖ";
  return OVER(state) ? `(${at})/T` : at;
};

const WHERE_FROM = {
  free: () => "",
  cross_entropy: ({ target }) => {
    const total = maths.sum(target);
    return `σ = −t/h. ${Math.abs(total - 1) < 1e-9 ? "" : `The target sums to ${plain(total, 2)}. `}`;
  },
  squared_error: () => "σ = 2(h − t). ",
  ones: () => "σ = 1 everywhere: “just sum the rows”. ",
};

const AT_THE_END = {
  free: () =>
    "The height that is left in column k is ∂C/∂zₖ. Point at a number, or move to it with Tab, to see what makes it.",
  cross_entropy: (state) => {
    const whole = Math.abs(maths.sum(state.target) - 1) < 1e-9;
    return `The sum of column k lands on ${landing(state, whole)} (◇), wherever you drag${whole ? "." : ", not on hₖ − tₖ."}`;
  },
  squared_error: (state) =>
    `The result is 2J(h − t)${OVER(state) && ", and J has the factor 1/T"}: watch it fade where softmax is confident, right or wrong.`,
  ones: () => "Every column of J sums to 0, so the result is 0 whatever the logits are.",
};

// What there is to see at this moment, with where σ comes from.
export function statement(state) {
  const { mode, progress } = state;
  const from = WHERE_FROM[mode](state);
  if (progress === 0)
    return `${from}J: how each output hᵢ follows each logit zₖ. Press ▶ or drag its bar: rows are weighted by σ, columns stacked.`;
  if (progress <= 1) return `${from}Row i of J is multiplied by σᵢ, the error at output i.`;
  if (progress < END)
    return `${from}The columns are stacked, row after row: positive terms go up, negative ones down from where the last one ended.`;
  return `${from}${AT_THE_END[mode](state)}`;
}

// What is pointed at, a symbol or a place { row?, column? }, or null.
export function pointedInWords(state, now, pointed) {
  if (pointed === null) return statement(state);
  const { symbol, row, column } = pointed;
  if (symbol) return SYMBOLS[symbol].text;
  if (column === undefined) return rowInWords(state, now, row);
  return row === undefined ? sumInWords(state, now, column) : entryInWords(state, now, row, column);
}

// Texts as long as those that may be said of this state: the room for them is kept, so that nothing
// below moves while something is dragged or pointed at.
export function longestWords(state, now) {
  const { z, mode, target, compare } = state;
  const kind = [z.length, mode, compare, maths.sum(target)].join();
  return (rooms[kind] ??= roomFor(state, now));
}
const rooms = {};

function roomFor(state, now) {
  const wide = (matrix) => matrix.map((row) => row.map(() => -0.888));
  const usual = {
    ...now,
    J: wide(now.J),
    terms: wide(now.terms),
    printed: { terms: wide(now.terms), digits: 3 },
    sigma: now.sigma.map(() => -8.88),
  };
  const widest = { ...state, temperature: 0.5, progress: END };
  const moments = [0, 0.5, 1.5, END].map((progress) => statement({ ...widest, progress }));
  const pointed = [sumInWords(widest, usual, 0), rowInWords(widest, usual, 0)];
  const entry = entryInWords(widest, usual, 0, 1);
  return longest([...moments, ...pointed, entry]);
}

export function summary(state, now, spoken) {
  const list = (x, digits) => x.map((value) => plain(value, digits)).join(", ");
  const about = {
    z: `Logits ${list(state.z, 2)}.`,
    h: `Output ${list(now.h, 3)}.`,
    upstream: `Upstream error, ${MODES[state.mode]}: ${list(now.sigma, 2)}.`,
    result: `Result ${list(now.result, 3)}.`,
  };
  return sentences(about, spoken);
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
