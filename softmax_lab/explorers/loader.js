// All that an explorer itself sends to the browser. The modules come once for all explorers, in a
// model that they share (modules.py), and are linked here: a page has no folder to import from.

const pages = (globalThis.softmaxLabModules ??= {});

function urlOf(name, sources, urls) {
  const linked = sources[name].replace(
    /(\bfrom\s*)"\.\/([\w-]+\.js)"/g,
    (_, from, file) => `${from}"${urlOf(file, sources, urls)}"`,
  );
  return (urls[name] ??= URL.createObjectURL(new Blob([linked], { type: "text/javascript" })));
}

async function load(model) {
  const id = model.get("_modules").replace("IPY_MODEL_", "");
  const sources = (await model.widget_manager.get_model(id)).get("sources");
  const explorer = await import(urlOf(model.get("_module"), sources, (pages[id] ??= {})));
  return { explorer, style: sources["style.css"] };
}

export default {
  async render({ model, el }) {
    const { explorer, style } = await load(model);
    const sheet = document.createElement("style");
    sheet.textContent = style;
    el.append(sheet);
    return explorer.render({ model, el });
  },
};
