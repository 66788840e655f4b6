// Numbers as a reader likes them: a true minus, powers of ten where decimals would show only 0.

const MINUS = "\u2212";

export const signed = (x, digits) => (x > 0 ? "+" : "") + plain(x, digits);

export function plain(x, digits) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "\u221e" : `${MINUS}\u221e`;
  if (x === 0) return "0";
  const small = Math.abs(x) < 0.5 * 10 ** -digits;
  const text = small || Math.abs(x) >= 1000 ? x.toExponential(0) : x.toFixed(digits);
  return text.replace("e+", "e").replaceAll("-", MINUS);
}

// For narrow places: always with decimals, and without the zero before the point if `short`.
export function steady(x, digits, short) {
  if (x === 0 || !Number.isFinite(x)) return plain(x, digits);
  const text = `${x > 0 ? "+" : MINUS}${Math.abs(x).toFixed(digits)}`;
  return short ? text.replace(/^(.)0\./, "$1.") : text;
}

// A sum written out: the sign of each term becomes the operator before it.
export const written = (terms) =>
  terms
    .map((term, i) => (i === 0 ? term : term.startsWith(MINUS) ? ` ${MINUS} ${term.slice(1)}` : ` + ${term.replace(/^\+/, "")}`))
    .join("");

export const subscript = (number) =>
  [...String(number)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");

// Without the dust that steps of 0.1 leave behind: 0.30000000000000004.
export const rounded = (x) => Math.round(x * 1e6) / 1e6;

export const clamped = (x, [low, high]) => Math.min(high, Math.max(low, x));
