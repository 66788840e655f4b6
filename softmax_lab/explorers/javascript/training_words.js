// What TrainingExplorer says: what betrays a run at an epoch, by its numbers; a cell; a summary.

import { sentences } from "./frame.js";
import { plain, scientific } from "./numbers.js";

export const said = (name) => name.replaceAll("_", " ");
export const percent = (share) => (Number.isNaN(share) ? "nan" : `${(100 * share).toFixed(1)}%`);
export const number = (x) => (Number.isNaN(x) ? "nan" : scientific(x, 3));

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const degrees = (cosine) => `${Math.round((Math.acos(cosine) * 180) / Math.PI)}°`;
const times = (factor) => (factor < 10 ? plain(factor, 1) : String(Math.round(factor)));
export const count = (n) => ["never", "once"][n] ?? `${n} times`;

// One number of a run at an epoch; nan after its end.
export const at = (run, column, epoch) => run[column][epoch] ?? NaN;

const nothingSeen = (ours, theirs) =>
  `Nothing in its curves${ours < theirs ? " but a lag" : ""}: it reads ${percent(ours)} right, the right run ${percent(theirs)}.`;

// Each sign is told the run, the right one, the epoch and the number of classes; it answers with
// a sentence where the numbers show it. The first ones are what a reader would see first.
const SIGNS = [
  function risingLoss({ loss, accuracy }, right, e) {
    const best = loss.indexOf(Math.min(...loss.slice(0, e + 1)));
    if (loss[e] - loss[best] < 0.01 * loss[0] || accuracy[e] < accuracy[best]) return null;
    return `Since epoch ${best} its training loss has grown, ${number(loss[best])} to ${number(loss[e])}, together with its accuracy, ${percent(accuracy[best])} to ${percent(accuracy[e])}.`;
  },
  function guessing({ loss, accuracy }, right, e, n) {
    if (accuracy[e] > 2 / n || at(right, "accuracy", e) < 4 / n) return null;
    return `It still guesses: ${percent(accuracy[e])} right, a loss of ${number(loss[e])}, near log ${n} = ${number(Math.log(n))}.`;
  },
  function unfading({ norm_output: output, accuracy }, right, e) {
    if (accuracy[e] < 0.5 || output[e] <= output[0]) return null;
    return `The output layer's gradient does not fade: ${number(output[0])} at the start, ${number(output[e])} now.`;
  },
  function saturation({ saturated }, right, e) {
    if (saturated[e] < 0.2) return null;
    return `${percent(saturated[e])} of the hidden units' outputs are saturated (right: ${percent(at(right, "saturated", e))}).`;
  },
  function fadingBelow({ norm_hidden: hidden, norm_output: output }, right, e) {
    const [below, above] = [hidden[0] / hidden[e], output[0] / output[e]];
    if (below < 2 || above > 1.1) return null;
    return `The hidden layer's gradient is ${times(below)} times shorter than at the start, the output layer's is not.`;
  },
  function tooLong({ norm_output: output, cosine, accuracy }, right, e) {
    const factor = output[0] / right.norm_output[0];
    if (cosine[e] < 0.999 || Math.abs(factor - 1) < 0.05) return null;
    const curves = nothingSeen(accuracy[e], at(right, "accuracy", e));
    return `${curves} But at epoch 0, from the same weights, its gradient has the true direction and ${times(factor)} times the length.`;
  },
  function runawayLogits({ largest_logit: largest }, right, e) {
    const other = at(right, "largest_logit", e);
    if (largest[e] < 3 * other || largest[e] < 20) return null;
    return `Its largest logit is ${number(largest[e])}, the right run's ${number(other)}.`;
  },
  function unseen({ cosine }, right, e) {
    if (cosine[e] > 0.9) return null;
    return `The true gradient, unseen by the run, is ${degrees(cosine[e])} away.`;
  },
];

const ROOM = 230; // characters, about two lines on a wide page

function signsOf(run, right, e, n) {
  let room = ROOM;
  return SIGNS.map((sign) => sign(run, right, e, n)).filter((sentence) => {
    const fits = sentence !== null && sentence.length <= room;
    if (fits) room -= sentence.length;
    return fits;
  });
}

function atTheStart(run, right) {
  const factor = run.norm_output[0] / right.norm_output[0];
  const direction =
    run.cosine[0] > 0.999 ? "in the same direction" : `${degrees(run.cosine[0])} away from it`;
  return `Both runs still have the same weights. At the output layer this one's gradient is ${times(factor)} times as long as the right one; all in all it points ${direction}.`;
}

// What betrays a run: [its name, the rest]. `last` is the last epoch of all runs, n the number of
// classes.
export function betrayal(run, right, e, n, last) {
  const end = run.loss.length;
  const sentences = [];
  if (e >= end)
    sentences.push(
      `It left the numbers in epoch ${end}: its loss became nan, and it answers nothing any more.`,
    );
  else if (e === 0) sentences.push(atTheStart(run, right));
  else sentences.push(...signsOf(run, right, e, n));
  if (sentences.every((sentence) => sentence.startsWith("The true")))
    sentences.unshift(nothingSeen(run.accuracy[e], at(right, "accuracy", e)));
  if (e === end - 1 && e < last) sentences.push("In the next epoch it leaves the numbers.");
  return [capital(said(run.name)), sentences.join(" ")];
}

// One cell of the runs' tables: [what, how often].
export function cellInWords(runs, e, row, column) {
  const each = runs.map(({ name, confusion }) => {
    const counts = confusion[e]?.[row];
    if (!counts) return `${said(name)}: it left the numbers`;
    return `${said(name)}: ${count(counts[column])} in ${counts.reduce((total, one) => total + one, 0)}`;
  });
  return [`${row} read as ${column}`, each.join("  ·  ")];
}

export function summary(runs, e, spoken) {
  const each = runs.map(
    (run) =>
      `${capital(said(run.name))}: loss ${number(at(run, "loss", e))}, accuracy ${percent(at(run, "accuracy", e))}, held out ${percent(at(run, "held_out_accuracy", e))}`,
  );
  return sentences({ epoch: `Epoch ${e}.`, runs: `${each.join(". ")}.` }, spoken);
}
