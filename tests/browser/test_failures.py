"""Of a test that failed, what its page showed and said is kept."""

import pytest

from browser import failures
from browser.site import visit


def test_a_failure_leaves_a_picture_and_the_console(browser, tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("<h1>Here</h1><script>console.log('as it was')</script>")
    monkeypatch.setattr(failures, "FOLDER", tmp_path / "kept")
    with pytest.raises(ZeroDivisionError), visit(browser, tmp_path):
        raise ZeroDivisionError
    (folder,) = failures.FOLDER.iterdir()
    assert "test_a_failure_leaves" in folder.name
    assert (folder / "page-0.png").read_bytes().startswith(b"\x89PNG")
    assert "log: as it was" in (folder / "page-0.txt").read_text()
