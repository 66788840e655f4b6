// A question with a folded answer: the reader writes a prediction down, and then opens the answer.

import { html } from "../../../../softmax_lab/explorers/javascript/elements.js";
import { keep, kept, forget, saying } from "./keeping.js";

const SOMETHING = "Write something first, a word will do. Or open the answer below as it is.";

const isPrediction = ({ text, committed }) =>
  typeof text === "string" && typeof committed === "boolean";

function parts(id) {
  const area = html("textarea", { id, rows: 2 });
  const said = html("p", { class: "softmax-said", role: "status" });
  const commit = html("button", { type: "submit" }, "Commit, and open the answer");
  const note = html("small", {}, saying);
  const label = html("label", { for: id }, "Your prediction");
  const form = html("form", {}, label, area, html("p", {}, commit, " ", note), said);
  const quoted = html("blockquote", {});
  const anew = html("button", { type: "button" }, "Change it");
  const committed = html("div", {}, html("p", {}, html("b", {}, "You predicted")), quoted, anew);
  const node = html("div", { class: "softmax-predicting" }, form, committed);
  return { node, area, said, form, quoted, anew, committed };
}

export function predict(details) {
  const { key } = details.dataset;
  const name = `prediction/${key}`;
  const now = parts(`prediction-${key}`);
  const { node, area, said, form, quoted, anew, committed } = now;

  function show(isCommitted) {
    form.hidden = isCommitted;
    committed.hidden = !isCommitted;
    quoted.textContent = area.value;
    said.textContent = "";
  }
  area.addEventListener("input", () => {
    if (area.value) keep(name, { text: area.value, committed: false });
    else forget(name);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!area.value.trim()) {
      said.textContent = SOMETHING;
      area.focus();
      return;
    }
    keep(name, { text: area.value, committed: true });
    show(true);
    details.open = true;
    details.querySelector("summary").focus();
  });
  anew.addEventListener("click", () => {
    keep(name, { text: area.value, committed: false });
    show(false);
    area.focus();
  });

  const before = kept(name, isPrediction);
  area.value = before?.text ?? "";
  show(before?.committed ?? false);
  details.before(node);
}
