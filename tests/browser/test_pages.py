"""Every lesson exported as a page: its explorers live, its formulas are set, nothing is outside."""

import pytest

import pages
from browser.dom import opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory, exported):
    """A folder with what pages share; `exported` says whether that could be fetched."""
    folder = tmp_path_factory.mktemp("pages")
    pages.write_files(folder)
    return folder


def test_a_lesson_is_a_page_of_its_own(browser, folder, lesson, fresh):
    page_file = pages.write(fresh, lesson.stem, folder)
    html = page_file.read_text(encoding="utf-8")
    explorers = html.count('type="application/vnd.jupyter.widget-view+json">')
    with opened(browser, folder, explorers, path=page_file.name) as page:
        page.locator("mjx-container:visible").first.wait_for()  # others are folded away
        assert page.locator(".softmax-explorer").count() == explorers
        assert page.locator("[data-mml-node=merror]").count() == 0
        broken = "all => all.filter(image => image.naturalWidth === 0).length"
        assert page.locator("img").evaluate_all(broken) == 0
        links = page.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert [link for link in links if ".ipynb" in link or ".md" in link] == []
