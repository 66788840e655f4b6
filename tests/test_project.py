"""The files around the package say the same thing, and what they say is true."""

import re
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# What a reader installs: the package, and what shows the lessons.
NEEDED = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["lab"]]
DOCUMENTS = ("docs/instructors.md", "deploy/README.md")
LOCKS = ("lab", "test", "hub")


def requirements(lines):
    return {r.name: r.specifier for r in map(Requirement, lines)}


def locked(lock):
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE)
    return dict(pins)


def tracked_files():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_environment_yml_asks_for_what_pyproject_asks_for():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    names = requirements(e for e in entries if isinstance(e, str) and e != "pip")
    python = names.pop("python")
    # On conda-forge the part of Matplotlib without a GUI toolkit has a name of its own.
    names["matplotlib"] = names.pop("matplotlib-base")
    assert names == requirements(NEEDED)
    assert str(python) == PROJECT["project"]["requires-python"]


def test_the_oldest_versions_are_the_lower_ends_of_the_ranges():
    text = (ROOT / "locks" / "oldest.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w-]+)==(\S+)", text, flags=re.MULTILINE))
    assert pins.keys() == requirements(NEEDED).keys()
    for name, specifier in requirements(NEEDED).items():
        (lowest,) = (Version(each.version) for each in specifier if each.operator == ">=")
        assert Version(pins[name]) == lowest, name


def test_environment_yml_installs_the_package_itself():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert {"pip": ["-e ."]} in entries


@pytest.mark.parametrize("lock", LOCKS)
def test_locked_versions_lie_in_the_ranges_of_pyproject(lock):
    pins = locked(lock)
    for name, specifier in requirements(NEEDED).items():
        assert specifier.contains(pins[name]), name


def test_locked_versions_of_the_test_tools_lie_in_their_ranges():
    pins = locked("test")
    group = [entry for entry in PROJECT["dependency-groups"]["test"] if isinstance(entry, str)]
    for name, specifier in requirements(group).items():
        assert specifier.contains(pins[name]), name


def test_reader_and_tester_get_the_same_versions():
    assert locked("lab").items() <= locked("test").items()


def test_a_hub_gets_what_a_reader_gets_and_nothing_older_than_it_needs():
    assert locked("lab").items() <= locked("hub").items()
    group = [entry for entry in PROJECT["dependency-groups"]["hub"] if isinstance(entry, str)]
    for name, specifier in requirements(group).items():
        assert specifier.contains(locked("hub")[name]), name


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(lock):
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(locked(lock))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text


def test_every_make_target_the_documents_name_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([\w -]+):", makefile, flags=re.MULTILINE))
    targets = {name for names in targets for name in names.split()}
    for document in ("README.md", "CONTRIBUTING.md", *DOCUMENTS):
        text = (ROOT / document).read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|^)make ([\w-]+)", text, flags=re.MULTILINE))
        assert named <= targets, document


def prose(document):
    """The text of a document; of a notebook its Markdown, since code indexes and calls alike."""
    if document.suffix != ".ipynb":
        return document.read_text(encoding="utf-8")
    cells = nbformat.read(document, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_links_between_the_documents_and_lessons_lead_somewhere():
    documents = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", *DOCUMENTS)]
    documents += ROOT.glob("notebooks/*.ipynb")
    for document in documents:
        for target in re.findall(r"\]\(([^)#\s]+)\)", prose(document)):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_no_file_names_a_home_folder():
    homes = re.compile(rb"/(?:home|root|Users)/[\w.]")
    named = [file.name for file in tracked_files() if homes.search(file.read_bytes())]
    assert named == []
