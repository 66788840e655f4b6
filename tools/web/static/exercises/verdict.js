// What is said of the fields of an exercise as they are.

import { hintForNumbers, verdictOnChoices } from "./judging.js";
import { valueOf } from "./reckoning.js";

const NO_NUMBER = "is not a number. Write it with digits and a point, as 0.25, or as -1/3.";

const notYet = (words) => ({ status: "not yet", words });

function onNumbers(answers, data) {
  const values = answers.map((text, place) => data.given[place] ?? valueOf(text));
  const place = values.indexOf(null);
  if (place >= 0) return { ...notYet(`<q></q> ${NO_NUMBER}`), place };
  const hint = hintForNumbers(values, data);
  return hint === null ? { status: "correct", words: data.think } : notYet(hint);
}

function onChoices(answers, data) {
  const choices = answers.map(Number);
  const last = data.options - 1;
  const place = choices.findIndex((k) => !(Number.isInteger(k) && k >= 0 && k <= last));
  if (place >= 0) return { ...notYet(`<q></q> is not a whole number from 0 to ${last}.`), place };
  const { correct, words } = verdictOnChoices(choices, data);
  return { status: correct ? "correct" : "not yet", words };
}

// What is said of answers; `place` is that of a field that could not be read.
export function verdictOn(answers, data) {
  const isOpen = (text, place) => text === "" && (data.given?.[place] ?? null) === null;
  const open = answers.filter(isOpen).length;
  if (open) {
    const place = answers.findIndex(isOpen);
    const words = open === 1 ? "One is still open." : `${open} are still open.`;
    return { status: "not answered yet", words, place };
  }
  return data.truth ? onNumbers(answers, data) : onChoices(answers, data);
}
