// Explorers without Jupyter's widgets: for pages that hold nothing else of them, and for the
// pictures that the lessons store. This file then lies beside the modules.

// As much of a model as the modules ask for; it keeps its state and tells no one else.
export function modelOf(given) {
  const state = { ...given };
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => state[name],
    set(values) {
      const changed = Object.keys(values).filter((name) => state[name] !== values[name]);
      Object.assign(state, values);
      for (const name of changed) for (const tell of of(`change:${name}`)) tell();
    },
    on: (event, tell) => of(event).add(tell),
    off: (event, tell) => of(event).delete(tell),
    save_changes() {},
  };
}

// Gives what has to be called before the explorer is taken away.
export async function draw(model, el) {
  const file = `./${model.get("_module")}`;
  const explorer = await import(file);
  return explorer.render({ model, el });
}

// Two models that ipywidgets.jslink tied together follow each other here too; each end is a model
// and the name of one of its traits.
export function link(ends) {
  for (const [[from, name], [to, other]] of [ends, ends.toReversed()])
    from.on(`change:${name}`, () => to.set({ [other]: from.get(name) }));
}
