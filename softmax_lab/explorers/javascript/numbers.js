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

// Numbers rounded so that what is printed adds up to their printed sum too: all rounded down, and
// the units that are then missing given to those that lost most.
export function roundedTogether(values, digits, total) {
  const unit = 10 ** digits;
  const units = values.map((value) => Math.floor(value * unit));
  const lost = values.map((value, k) => value * unit - units[k]);
  const most = values.map((_, k) => k).sort((a, b) => lost[b] - lost[a]);
  const missing = Math.round(total * unit) - units.reduce((sum, each) => sum + each, 0);
  for (const k of most.slice(0, missing)) units[k] += 1;
  return units.map((value) => value / unit);
}

// In at most five signs, for narrow places: without the zero before the point.
export const short = (x, digits) => (Math.abs(x) >= 1000 ? signed(x, 0) : steady(x, digits, true));

// How many digits behind the point, at most three, leave so many in all.
export const digitsFor = (largest, all) =>
  clamped(all - (largest < 1 ? 0 : Math.floor(Math.log10(largest)) + 1), [0, 3]);

export const longest = (texts) => texts.reduce((a, b) => (b.length > a.length ? b : a));

// A sum written out: the sign of each term becomes the operator before it.
export const written = (terms) =>
  terms
    .map((term, i) =>
      i === 0
        ? term
        : term.startsWith(MINUS)
          ? ` ${MINUS} ${term.slice(1)}`
          : ` + ${term.replace(/^\+/, "")}`,
    )
    .join("");

export const subscript = (number) =>
  [...String(number)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");

export const roundedTo = (x, digits) => Math.round(x * 10 ** digits) / 10 ** digits;

// Without the dust that steps of 0.1 leave behind: 0.30000000000000004.
export const rounded = (x) => Math.round(x * 1e6) / 1e6;

export const clamped = (x, [low, high]) => Math.min(high, Math.max(low, x));

// The limit of a scale: doubled until it holds all values.
export function roundLimit(smallest, values) {
  const needed = Math.max(smallest, ...values.filter(Number.isFinite).map(Math.abs));
  return smallest * 2 ** Math.ceil(Math.log2(needed / smallest));
}

const superscript = (number) =>
  [...String(number)]
    .map((sign) =>
      sign === "-"
        ? "\u207b"
        : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(sign)],
    )
    .join("");

// 10 to a power; a whole power is the number that one writes: 1e-5 and not its neighbour.
export const powerOfTen = (exponent) =>
  Number.isInteger(exponent) ? Number(`1e${exponent}`) : 10 ** exponent;

export const powerInWords = (exponent) =>
  ({ 0: "1", 1: "10" })[exponent] ?? `10${superscript(exponent)}`;

// With so many digits in all; as a factor and a power of ten where decimals would be too many.
export function scientific(x, digits) {
  if (x === 0 || !Number.isFinite(x)) return plain(x, 0);
  const [factor, exponent] = x
    .toExponential(digits - 1)
    .split("e")
    .map((part) => part.replace("+", ""));
  const power = Number(exponent);
  if (power >= -3 && power < 5)
    return x.toFixed(Math.max(0, digits - 1 - power)).replace("-", MINUS);
  return `${factor.replace("-", MINUS)}\u00b710${superscript(power)}`;
}

// How many digits of a number are right, by its relative error; at most so many.
export function digitsRight(x, truth, most) {
  if (x === truth) return most;
  const error = Math.abs(x - truth) / Math.abs(truth);
  return Number.isFinite(error) ? clamped(Math.floor(-Math.log10(error)), [0, most]) : 0;
}

// How many digits two numbers have in common as they are written, from the first that is not 0; at
// most so many.
export function digitsInCommon(x, y, most) {
  if (x === y) return most;
  const [[one, power], [other, same]] = [x, y].map((each) => each.toExponential(most).split("e"));
  if (power !== same || Math.sign(x) !== Math.sign(y)) return 0;
  const [a, b] = [one, other].map((digits) => digits.replace(/\D/g, ""));
  const first = [...a].findIndex((digit, place) => digit !== b[place]);
  return first < 0 ? most : Math.min(first, most);
}

// A written number cut in two after its first `count` digits, not counting zeros at its head. A
// power of ten behind it goes with the digits before it.
export function cutAfterDigits(text, count) {
  if (count === 0) return ["", text];
  const [head] = text.match(new RegExp(`^[^1-9]*([0-9]\\.?){0,${count}}`));
  return /[0-9]/.test(text.slice(head.length).split("\u00b7")[0])
    ? [head, text.slice(head.length)]
    : [text, ""];
}
