"""What docs/your-own-book.md tells to write makes a book with living explorers, and no other site.

Jupyter Book 1 needs an older Sphinx than the tests have; what it does with these settings, Sphinx
and MyST-NB do.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import anywidget
import pytest
import yaml

import web_files
from browser.dom import explorer, now, slider
from browser.site import visit

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "require.js": web_files.path("requirejs", "require.js"),
    "embed-amd.js": web_files.path("@jupyter-widgets/html-manager", "dist/embed-amd.js"),
    "anywidget.js": Path(anywidget.__file__).parent / "nbextension" / "index.js",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory, web_packages):
    """The folder of a book that is made as the page tells."""
    told = (ROOT / "docs" / "your-own-book.md").read_text(encoding="utf-8")
    page = re.search(r"````md\n(.*?)````", told, re.DOTALL)[1]
    settings = yaml.safe_load(re.search(r"```yaml\n(.*?)```", told, re.DOTALL)[1])
    assert settings["execute"] == {"execute_notebooks": "force"}
    config = {"extensions": ["myst_nb"], "nb_execution_mode": "force", "root_doc": "softmax"}
    config |= settings["sphinx"]["config"]
    source = tmp_path_factory.mktemp("book")
    (source / "softmax.md").write_text(page, encoding="utf-8")
    lines = [f"{name} = {value!r}" for name, value in config.items()]
    (source / "conf.py").write_text("\n".join(lines), encoding="utf-8")
    (source / "widgets").mkdir()
    for name, path in FILES.items():
        assert f"`{name}`" in told
        shutil.copyfile(path, source / "widgets" / name)
    made = source / "made"
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", source, made], check=True)
    return made


def test_an_explorer_lives_in_a_book_of_one_s_own(browser, book):
    with visit(browser, book, "softmax.html") as page:
        explorer(page, 0).wait_for()
        handle = slider(page, 0, "z", 0)
        handle.press("PageUp")
        assert now(handle) == 3
        assert page.outside == []
