"""Formulas are set when a page is built, and one that cannot be stops the build."""

import pytest

from web import formulas
from web.formulas import Formula, FormulaError, rendered

needs_katex = pytest.mark.usefixtures("web_packages")


@needs_katex
def test_each_formula_is_set_in_its_place_for_eyes_and_ears():
    inline, display = rendered([Formula("h_i"), Formula(r"\sum_i \sigma_i J_{ik}", display=True)])
    assert "katex-display" not in inline
    assert "katex-display" in display
    assert '<annotation encoding="application/x-tex">h_i</annotation>' in inline
    assert "<munder>" in display or "<munderover>" in display


@needs_katex
def test_letters_that_html_reads_as_marks_come_through():
    (html,) = rendered([Formula(r"a < b \quad \text{\&}")])
    assert "a &lt; b" in html


@needs_katex
def test_a_formula_that_cannot_be_set_is_named_with_its_place():
    with pytest.raises(FormulaError) as error:
        rendered([Formula("h"), Formula(r"\frac{1}{", where="lesson 4")])
    assert r"lesson 4: \frac{1}{" in str(error.value)
    assert ": h\n" not in str(error.value)


def test_without_node_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(formulas.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"Node\.js was not found"):
        rendered([Formula("h")])


def test_no_formulas_need_no_node(monkeypatch):
    monkeypatch.setattr(formulas.shutil, "which", lambda name: None)
    assert rendered([]) == []


@needs_katex
def test_the_style_finds_its_fonts_beside_it(tmp_path):
    formulas.write_files(tmp_path)
    style = (tmp_path / "katex.min.css").read_text()
    assert "url(fonts/KaTeX_Main-Regular.woff2)" in style
    assert (tmp_path / "fonts" / "KaTeX_Main-Regular.woff2").stat().st_size > 10_000
