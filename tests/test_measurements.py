"""The tables that come with the package are found from any folder, and are those that are told."""

import re

import pytest

from softmax_lab import measurements

TABLES = sorted(path.name for path in measurements.FOLDER.glob("*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_found_and_read_from_any_folder(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with measurements.file(name).open(encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(",") for line in file]
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_readme_lists_the_tables_that_there_are():
    text = (measurements.FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"`(\w+\.csv)`", text)) == TABLES


@pytest.mark.parametrize("name", ["none.csv", "", "../palette.py", "training_runs", "digits.npz"])
def test_another_name_is_refused_and_the_right_ones_are_told(name):
    with pytest.raises(ValueError, match=re.escape(f"received {name!r}")) as refused:
        measurements.file(name)
    assert all(table in str(refused.value) for table in TABLES)
