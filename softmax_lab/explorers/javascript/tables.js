// Tables of computed numbers: inf, nan and 0 stand out, and right digits are marked and counted.

import { html, set, write } from "./elements.js";
import { cutAfterDigits, scientific } from "./numbers.js";

const MOST_DIGITS = 5; // that are shown

// As NumPy spells it, with one digit more than the type can have right.
export function spelled(x, digits) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "\u2212inf";
  return scientific(x, Math.min(digits + 1, MOST_DIGITS));
}

// What was given, not computed: without the zeros at its end.
const trimmed = (x) => String(Number(x.toPrecision(MOST_DIGITS))).replace("-", "\u2212");

const kindOf = (x) =>
  Number.isNaN(x) ? "nan" : !Number.isFinite(x) ? "inf" : x === 0 ? "zero" : "";

// `right` of its `digits` are right; null where nobody asks.
function counted(x, right, digits) {
  if (right === null || Number.isNaN(x)) return "";
  if (right < digits) return `${right} of ${digits}`;
  return x === 0 ? "too small" : `all ${digits}`;
}

function numberCell(attributes, given) {
  const [right, rest] = [html("b"), html("span")];
  const [number, count] = [html("span", {}, right, rest), html("span", { class: "count" })];
  const node = html("td", { role: "cell", ...attributes }, number, " ", count);
  return {
    node,
    show(value, howMany, digits) {
      const text = given ? trimmed(value) : spelled(value, digits);
      const marked = howMany > 0 && value !== 0;
      const [good, bad] = !marked
        ? ["", text]
        : howMany === digits
          ? [text, ""]
          : cutAfterDigits(text, howMany);
      write(right, good);
      write(rest, bad);
      write(count, counted(value, howMany, digits));
      set(number, { class: given ? "" : kindOf(value) });
      set(rest, { class: howMany === null ? "" : "wrong" });
      set(node, { "data-value": value });
    },
  };
}

// Each column has a title, a list of texts and elements, and the name of its output, unless the
// rows have one (`byRow`); one that is `given` shows what was not computed.
export function table({ rows, columns, byRow }) {
  const [name, more] = [html("span"), html("span", { class: "more" })];
  const cells = rows.map((_, row) =>
    columns.map(({ output, given }, column) =>
      numberCell(
        { "data-output": byRow ? byRow[row] : output, "data-index": byRow ? column : row },
        given,
      ),
    ),
  );
  const line = (...parts) => html("tr", { role: "row" }, ...parts);
  const titles = columns.map(({ title }) =>
    html("th", { role: "columnheader", scope: "col" }, ...title),
  );
  const body = rows.map((title, row) =>
    line(
      html("th", { role: "rowheader", scope: "row" }, title),
      ...cells[row].map(({ node }) => node),
    ),
  );
  const node = html(
    "table",
    { role: "table", class: byRow ? "wide" : "" },
    html("caption", {}, name, more),
    html("thead", { role: "rowgroup" }, line(html("td", { role: "cell" }), ...titles)),
    html("tbody", { role: "rowgroup" }, ...body),
  );
  return {
    node,
    // values[column][row]; right[column], if anybody asks, how many digits of each are right
    show({ caption, values, right, digits }) {
      write(name, caption[0]);
      write(more, caption[1]);
      cells.forEach((row, i) =>
        row.forEach((cell, k) => cell.show(values[k][i], right[k]?.[i] ?? null, digits)),
      );
    },
  };
}
