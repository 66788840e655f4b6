"""Take the picture at the head of the README: the explorer as a page shows it.

python tools/readme_picture.py
"""

import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

import chromium
import notebooks
import pages
import web_files

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "explorer.png"
EXPLORER = """
from softmax_lab.explorers import JacobianExplorer
JacobianExplorer(z=[2.0, 1.0, 0.1, -0.8], upstream=[0.9, -1.4, 0.3, 0.6], compare=True)
"""


def main():
    web_files.main()
    cell = nbformat.v4.new_code_cell(EXPLORER.strip())
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": notebooks.KERNEL})
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        nbformat.write(notebook, Path(folder) / "explorer.ipynb")
        pages.write_files(Path(folder))
        page = pages.export(Path(folder) / "explorer.ipynb", Path(folder))
        browser = playwright.chromium.launch(**chromium.options())
        view = browser.new_page(viewport={"width": 1060, "height": 800})
        view.goto(page.as_uri())
        view.locator('[data-output="result"]').first.hover()
        view.locator(".softmax-explorer").screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
