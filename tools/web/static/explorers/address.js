// An explorer's state as it stands in an address, ?z=2,1,0.1&mode=free, and back. What there is to
// set is told by the page: `parameters` has for each its kind and what it has to keep to.

const listed = (text, separator = ",") => (text.trim() ? text.split(separator) : []);
const number = (text) =>
  /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
const flag = (text) => ({ 1: true, 0: false, true: true, false: false })[text.trim().toLowerCase()];

// How each kind is read, and written; a part that cannot be read is NaN or undefined.
const KINDS = {
  number: { read: number, write: String },
  numbers: { read: (text) => listed(text).map(number), write: (list) => list.join(",") },
  point: { read: (text) => listed(text).map(number), write: (list) => list.join(",") },
  points: {
    read: (text) => listed(text, ";").map((point) => listed(point).map(number)),
    write: (list) => list.map((point) => point.join(",")).join(";"),
  },
  flag: { read: flag, write: Number },
  flags: { read: (text) => listed(text).map(flag), write: (list) => list.map(Number).join(",") },
  name: { read: (text) => text, write: String },
  names: { read: (text) => listed(text), write: (list) => list.join(",") },
};

const isNumber = (x, { whole, low = -Infinity, high = Infinity }) =>
  Number.isFinite(x) && x >= low && x <= high && (!whole || Number.isInteger(x));
const isFlag = (x) => typeof x === "boolean";
const isPoint = (x, rule) => x.length === 2 && x.every((each) => isNumber(each, rule));

const ALLOWED = {
  number: isNumber,
  numbers: (x, rule) =>
    x.every((each) => isNumber(each, rule)) && (!rule.share || x.some((each) => each > 0)),
  point: isPoint,
  points: (x, rule) => x.every((each) => isPoint(each, rule)),
  flag: isFlag,
  flags: (x) => x.every(isFlag) && x.some(Boolean),
  name: (x, { names }) => names.includes(x),
  names: (x, { names }) => x.every((each) => names.includes(each)),
};

const isLong = (x, { least = 0, most = Infinity }) => x.length >= least && x.length <= most;

function range({ low, high }) {
  if (low === undefined) return "";
  return high === undefined ? `, none below ${low}` : ` from ${low} to ${high}`;
}

// What a parameter has to be, in words.
function asked({ kind, least, most, as, whole, names, ...rule }) {
  const so = as ? "as many" : least === most ? least : `${least} to ${most}`;
  const many = (what) => (as ? `${so} ${what} as ${as}` : `${so} ${what}`);
  const words = {
    number: () => (whole ? "a whole number" : "a number") + range(rule),
    numbers: () => many("numbers") + range(rule) + (rule.share ? ", and not all 0" : ""),
    point: () => `a point, two numbers${range(rule)}`,
    points: () => `${many("points")}, each two numbers${range(rule)}`,
    flag: () => "1 or 0",
    flags: () => `${many("ones and zeros")}, and not all 0`,
    name: () => `one of ${names.join(", ")}`,
    names: () => `some of ${names.join(", ")}`,
  };
  return words[kind]();
}

function complaint(name, rule, example, received) {
  const like = `${name}=${KINDS[rule.kind].write(example)}`;
  return (
    `In the address, ${name} must be ${asked(rule)}, as in ${like}; received “${received}”. ` +
    "It was left out."
  );
}

// The values that an address sets, and a sentence for each that it cannot set. `own` is the state
// that the explorer has without it.
export function valuesIn(search, parameters, own) {
  const given = new URLSearchParams(search);
  const [values, complaints] = [{}, []];
  for (const name of new Set(given.keys()))
    if (!(name in parameters))
      complaints.push(
        `In the address, ${name} is nothing that this explorer has: it has ` +
          `${Object.keys(parameters).join(", ")}. It was left out.`,
      );
  for (const [name, rule] of Object.entries(parameters)) {
    if (!given.has(name)) continue;
    const value = KINDS[rule.kind].read(given.get(name));
    const counted = rule.as && (values[rule.as] ?? own[rule.as]).length;
    const room = rule.as ? { least: counted, most: counted } : rule;
    const fits = !Array.isArray(value) || rule.kind === "point" || isLong(value, room);
    if (fits && ALLOWED[rule.kind](value, rule)) values[name] = value;
    else complaints.push(complaint(name, rule, own[name], given.get(name)));
  }
  return { values, complaints };
}

const readable = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3B/g, ";");

// What an address has to say for the explorer to open in a state: whatever is not its own.
export function searchFor(state, parameters, own) {
  const parts = Object.entries(parameters)
    .map(([name, { kind }]) => [name, ...[state, own].map((each) => KINDS[kind].write(each[name]))])
    .filter(([, now, before]) => String(now) !== String(before))
    .map(([name, now]) => `${name}=${readable(now)}`);
  return parts.length ? `?${parts.join("&")}` : "";
}
