// Judges answers as softmax_lab.exercises does. Choices are looked up in a table of all verdicts;
// numbers are compared by the rules of comparison.py, and these words are its words.

const TOLERANCE = 1e-6; // as in gradient_check.py
const NEARLY = 1e-2;
const MOST = 6; // entries named one by one

const sizeOf = (b) => Math.max(0, ...b.map(Math.abs)) || 1;
const distances = (a, b) => a.map((value, k) => Math.abs(value - b[k]) / sizeOf(b));

// Whether two lists agree, relative to the largest number of the second.
export const close = (a, b, tolerance = TOLERANCE) =>
  distances(a, b).every((distance) => distance <= tolerance);

// null in what was foreseen stands for any number there.
function fits(a, foreseen) {
  const asked = [...foreseen.keys()].filter((k) => foreseen[k] !== null);
  return close(...[a, foreseen].map((list) => asked.map((k) => list[k])));
}

// So many digits of a number and its power of ten; what lies in the middle goes to the even digit,
// as in Python, and not up, as in JavaScript.
function digitsOf(x, digits) {
  const [exact, power] = x.toExponential(60).split("e");
  const kept = exact.slice(0, exact.indexOf(".") + digits);
  const middle = /^50*$/.test(exact.slice(kept.length)) && Number(kept.at(-1)) % 2 === 0;
  return middle ? [kept, power] : x.toExponential(digits - 1).split("e");
}

// A number as Python's format writes it with "g" and so many digits.
export function general(x, digits) {
  if (x === 0) return "0";
  const [mantissa, exponent] = digitsOf(x, digits);
  const power = Number(exponent);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits)
    return bare(Number(`${mantissa}e${power}`).toFixed(digits - 1 - power));
  const two = String(Math.abs(power)).padStart(2, "0");
  return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${two}`;
}

function times(ratio) {
  const size = Math.abs(ratio);
  const words =
    size > 1 ? `${general(size, 3)} times too large` : `${general(1 / size, 3)} times too small`;
  return ratio < 0 ? `${words}, and of the wrong sign` : words;
}

function commonFactor(a, truth) {
  const dot = (x, y) => x.reduce((total, value, k) => total + value * y[k], 0);
  if (a.length < 2 || !truth.some(Boolean)) return null;
  const ratio = dot(a, truth) / dot(truth, truth);
  const scaled = truth.map((value) => ratio * value);
  if (!ratio || !close(a, scaled)) return null;
  return `A common factor is wrong: everything is ${times(ratio)}.`;
}

function roughly(a, truth) {
  if (!close(a, truth, NEARLY)) return null;
  const digits = Math.trunc(-Math.log10(Math.max(...distances(a, truth))));
  return `It is right to about ${digits} digits only. Was something rounded, or approximated?`;
}

function wrongEntries(a, truth, [rows, columns]) {
  const far = distances(a, truth);
  const wrong = [...far.keys()].filter((k) => far[k] > TOLERANCE);
  if (wrong.length === a.length) return "Every entry is wrong.";
  const named = (k) => (rows > 1 ? `(${Math.floor(k / columns)}, ${k % columns})` : String(k));
  const places = wrong.map(named);
  if (places.length === 1) return `Entry ${places[0]} is not right.`;
  const last = places.length <= MOST ? places.pop() : `${places.length - MOST} more`;
  return `Entries ${places.slice(0, MOST).join(", ")} and ${last} are not right.`;
}

function difference(a, truth, shape) {
  const negative = a.map((value) => -value);
  if (close(negative, truth)) return "The size is right, the sign is not.";
  return commonFactor(a, truth) ?? roughly(a, truth) ?? wrongEntries(a, truth, shape);
}

// To the nearest, and from the middle to the even one, as NumPy rounds.
function rounded(x) {
  const whole = Math.round(x);
  return Math.abs(x % 1) === 0.5 && whole % 2 ? whole - 1 : whole;
}

function rowSums(a, [rows, columns]) {
  const sums = Array.from({ length: rows }, (_, row) => {
    const total = a.slice(row * columns, (row + 1) * columns).reduce((x, y) => x + y, 0);
    return general(rounded(total * 1e6) / 1e6, 6);
  });
  return sums.join(", ");
}

function unlike(a, mirrored, [, columns]) {
  const at = ([row, column]) => a[row * columns + column];
  return mirrored?.find(([place, other]) => !close([at(place)], [at(other)]))?.[2];
}

// The hint for numbers, or null if they are right.
export function hintForNumbers(a, { truth, shape, foreseen, mirrored, otherwise }) {
  if (close(a, truth)) return null;
  const known = foreseen?.find(([wrong]) => fits(a, wrong))?.[1] ?? unlike(a, mirrored, shape);
  if (known) return known;
  if (otherwise) return otherwise.replace("ROW SUMS", rowSums(a, shape));
  return difference(a, truth, shape);
}

export function fnv(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

// The verdict on choices, each the number of an option: whether they are right, and the words.
export function verdictOnChoices(choices, { options, hints, table, salt, right }) {
  const place = choices.reduce((counted, choice) => counted * options + choice, 0);
  if (right) return { correct: right.includes(fnv(`${salt}${place}`)), words: "" };
  const hint = parseInt(table.slice(2 * place, 2 * place + 2), 36);
  return { correct: hint === 0, words: hints[hint] };
}
