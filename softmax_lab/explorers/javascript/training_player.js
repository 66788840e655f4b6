// Plays epochs: one a beat, until the end, or until somebody else moves the cursor.

import { change } from "./frame.js";

const BEAT = 250; // ms an epoch

// `told` hears of every start and stop.
export function player(model, root, last, told) {
  let timer = null;
  let ours;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    told();
  };
  const go = (epoch) => {
    ours = epoch;
    change(model, { epoch });
  };
  const beat = () => {
    const epoch = model.get("epoch");
    if (!root.isConnected || epoch !== ours || epoch >= last) return stop();
    go(epoch + 1);
    if (epoch + 1 >= last) stop();
  };
  return {
    playing: () => timer !== null,
    stop,
    toggle() {
      if (timer !== null) return stop();
      go(model.get("epoch") >= last ? 0 : model.get("epoch"));
      timer = setInterval(beat, BEAT);
      told();
    },
  };
}
