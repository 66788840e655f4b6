"""Export lessons as HTML pages in which the explorers work without a kernel.

Where a page may not run them, under a Content-Security-Policy say, it shows their stored pictures.

    python tools/pages.py [NAME ...]            all lessons, or some, to build/pages
    python tools/pages.py --theme dark NAME     in dark colours

Every lesson is run, and its page holds the state of its widgets. What a page needs lies in the
folder files/ beside it: nothing is loaded from elsewhere.
"""

import argparse
import copy
import re
import shutil
from pathlib import Path

import anywidget
import nbformat
from jinja2 import DictLoader
from nbconvert import HTMLExporter
from nbconvert.preprocessors import Preprocessor

import explorer_pictures
import notebooks
import web_files
from softmax_lab.explorers import modules

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "pages"
USED = [
    ("@jupyter-widgets/html-manager", "dist/embed-amd.js"),
    ("mathjax", "es5/tex-svg-full.js"),
    ("requirejs", "require.js"),
]
ANYWIDGET = Path(anywidget.__file__).parent / "nbextension" / "index.js"

TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js_requirejs -%}
<script src="files/require.js"></script>
<script>require.config({ paths: { anywidget: "files/anywidget" } })</script>
<script type="module" src="files/explorers/pages_alone.js"></script>
<style>.jp-OutputArea-output:has(.softmax-explorer) > .explorer-still { display: none } .explorer-still img { max-width: 100% }</style>
{%- endblock -%}
{%- block data_widget_view scoped -%}
{%- set type = (output.data | filter_data_type)[0] -%}
<div class="jupyter-widgets jp-OutputArea-output {{ extra_class }}">
<script type="{{ type }}">{{ output.data[type] | json_dumps | escape_html_script }}</script>
{%- if output.metadata.explorer %}
<div class="explorer-still jp-RenderedHTMLCommon">
{%- if output.data["image/png"] %}
<img alt="{{ output.metadata.explorer | e }}" src="data:image/png;base64,{{ output.data["image/png"] }}">
{%- endif %}
<p>An explorer: it moves where this page may run scripts, and in the notebook in
<a href="https://jupyter.org/install">JupyterLab</a>.</p>
</div>
{%- endif %}
</div>
{%- endblock -%}
{%- block html_head_js_mathjax -%}
<script>
MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]], processEscapes: true },
  options: { ignoreHtmlClass: "jp-CodeCell", processHtmlClass: "jp-RenderedHTMLCommon|jp-RenderedLatex" },
};
</script>
<script defer src="files/tex-svg-full.js"></script>
{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""  # noqa: E501


class LinksBetweenLessons(Preprocessor):
    """A link from lesson to lesson leads to its page; one to the documents becomes plain words."""

    def preprocess_cell(self, cell, resources, index):
        """Change what a Markdown cell links to."""
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((\d\d-[\w-]+)\.ipynb", r"](\1.html", cell.source)
            cell.source = re.sub(r"\[([^]]+)\]\(\.\./docs/[^)]*\)", r"\1", cell.source)
        return cell, resources


def page(notebook, title, theme="light"):
    """The HTML of a notebook that was run with the state of its widgets."""
    notebook = copy.deepcopy(notebook)
    for output, _ in explorer_pictures.explorers_in(notebook):
        output.metadata["explorer"] = output.data["text/plain"].splitlines()[0]
    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})],
        template_file="page.html.j2",
        widget_renderer_url="files/embed-amd.js",
        theme=theme,
        preprocessors=[LinksBetweenLessons],
    )
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    return html


def write_files(folder):
    """What all pages of a folder share."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    for path in (web_files.path(*each) for each in USED):
        shutil.copyfile(path, files / path.name)
    shutil.copyfile(ANYWIDGET, files / "anywidget.js")
    (files / "explorers").mkdir(exist_ok=True)
    for script in (modules.ALONE, ROOT / "tools" / "pages_alone.js"):
        shutil.copy(script, files / "explorers")
    for name, text in modules.sources().items():
        (files / "explorers" / name).write_text(text, encoding="utf-8")


def export(path, folder, theme="light"):
    """Run a lesson and write its page."""
    fresh = notebooks.executed(path, store_widget_state=True)
    explorer_pictures.carry_over(nbformat.read(path, as_version=4), fresh)
    return write(fresh, path.stem, folder, theme)


def write(fresh, name, folder, theme="light"):
    """Write the page of a notebook that was run with the state of its widgets."""
    target = folder / f"{name}.html"
    target.write_text(page(fresh, name, theme), encoding="utf-8")
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theme", default="light", choices=["light", "dark"])
    parser.add_argument("names", nargs="*", help="lessons; all by default")
    arguments = parser.parse_args()
    web_files.main()
    write_files(BUILD)
    for path in notebooks.lessons(arguments.names):
        target = export(path, BUILD, arguments.theme)
        print(f"{target.relative_to(ROOT)}: written", flush=True)


if __name__ == "__main__":
    main()
