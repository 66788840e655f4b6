"""How Sphinx makes the pages: from sources that tools/web/sources.py has written."""

import re
from html import escape
from pathlib import Path

from docutils import nodes

from web import exercises, explorers, sources

HERE = Path(__file__).resolve().parent

project = "softmax_lab"
author = "The softmax_lab authors"
project_copyright = "the softmax_lab authors; text and pictures CC BY 4.0, code BSD-3-Clause"
language = "en"
smartquotes = False

extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_heading_slug_func = "web.sources.anchor"
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_ipywidgets_js = {}

html_theme = "sphinx_book_theme"
html_title = "softmax_lab"
html_favicon = str(HERE / "static" / "favicon.svg")
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_sidebars = {"**": ["home.html", "sbt-sidebar-nav.html"]}
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_math_renderer = "at_build"
html_permalinks = False
html_theme_options = {
    **{f"navbar_{place}": [] for place in ("start", "center", "end", "persistent")},
    "article_header_end": ["page-buttons.html"],
    "show_prev_next": True,
    "search_as_you_type": False,
    "back_to_top_button": False,
    "toc_title": "On this page",
    "search_bar_text": "Search",
}


def formula(self, node):
    """What finish.py replaces by the formula that KaTeX has set."""
    display = " display" if isinstance(node, nodes.math_block) else ""
    self.body.append(f"<set-formula{display}>{escape(node.astext())}</set-formula>")
    raise nodes.SkipNode


def describe(app, pagename, templatename, context, doctree):
    """What the templates need to know of a page: what it is about, and where else it opens."""
    notebook = pagename + ".ipynb"
    buttons = []
    if doctree is not None and app.env.doc2path(pagename, False).name == notebook != "index.ipynb":
        about = "this lesson as a notebook, to change its code and to solve its exercises"
        buttons = [{"text": "Notebook", "href": f"notebooks/{notebook}", "about": f"Take {about}"}]
        buttons += [
            {"text": name, "href": address.replace("{file}", notebook), "about": f"Open in {name}"}
            for name, address in app.config.open_in.items()
        ]
    body = context.get("body", "")
    heads = [explorers.head(sources.EXPLORERS)] * ("softmax-place" in body)
    heads += [exercises.head("_static/exercises")] * bool(re.search("softmax-(exer|predic)", body))
    context["heads"] = "\n".join(heads)
    context["page_buttons"] = buttons
    context["page_description"] = sources.description(pagename)


def setup(app):
    app.add_config_value("open_in", {}, "html")
    app.connect("html-page-context", describe)
    app.add_html_math_renderer("at_build", (formula, None), (formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
