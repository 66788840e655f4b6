// Sets formulas by KaTeX: a list of {tex, display} comes in as JSON, a list of {html} or {error}
// goes out. The first argument names KaTeX's module.

import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { default: katex } = await import(pathToFileURL(process.argv[2]));

function set({ tex, display }) {
  try {
    const html = katex.renderToString(tex, {
      displayMode: display,
      output: "htmlAndMathml",
      strict: "ignore",
    });
    return { html };
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(set)));
