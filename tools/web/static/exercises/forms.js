// The form of an exercise: it keeps what is answered, and says what the judge says.

import { html } from "../../../../softmax_lab/explorers/javascript/elements.js";
import { forget, keep, kept, saying } from "./keeping.js";
import { verdictOn } from "./verdict.js";

const isAnswer = (size) => (value) =>
  Array.isArray(value.answers) &&
  value.answers.length === size &&
  value.answers.every((each) => typeof each === "string");

// The fields by their places: for each what it says, "" while it is open.
function fieldsOf(form, size) {
  const at = (place) => [...form.querySelectorAll(`[data-place="${place}"]`)];
  const groups = Array.from({ length: size }, (_, place) => at(place));
  return {
    read: () =>
      groups.map((group) => {
        if (group[0]?.type !== "radio") return group[0]?.value.trim() ?? "";
        return group.find((each) => each.checked)?.value ?? "";
      }),
    write(answers) {
      groups.forEach((group, place) => {
        for (const each of group)
          if (each.type === "radio") each.checked = each.value === answers[place];
          else each.value = answers[place];
      });
    },
    focus: (place) => groups[place][0].focus(),
  };
}

function show(place, { status, words }, wrong = "") {
  const pill = html("strong", { "data-status": status }, status);
  const said = html("span");
  said.innerHTML = words; // of the judge, as it was when the page was made
  const quote = said.querySelector("q:empty");
  if (quote) quote.textContent = wrong;
  place.replaceChildren(pill, " ", said);
}

export function serve(form) {
  const data = JSON.parse(form.querySelector("script").textContent);
  const size = data.given?.length ?? data.size;
  const name = `exercise/${form.dataset.exercise}`;
  const place = form.querySelector(".softmax-verdict");
  const fields = fieldsOf(form, size);

  function check() {
    const answers = fields.read();
    const verdict = verdictOn(answers, data);
    show(place, verdict, answers[verdict.place]);
    return verdict;
  }
  form.addEventListener("input", () => {
    place.replaceChildren();
    keep(name, { answers: fields.read(), checked: false });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const verdict = check();
    if (verdict.place !== undefined) fields.focus(verdict.place);
    keep(name, { answers: fields.read(), checked: true });
  });
  form.addEventListener("reset", () => {
    place.replaceChildren();
    forget(name);
  });

  const before = kept(name, isAnswer(size));
  if (before) fields.write(before.answers);
  if (before?.checked) check();
  form.querySelector(".softmax-buttons").append(html("small", {}, saying));
  form.hidden = false;
  form.parentNode.querySelector(".softmax-sentence").remove();
}
