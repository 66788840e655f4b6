"""The first minute: an environment that heals, progress that shows, and a sentence instead of a
traceback.
"""

import ast
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import environment
import lab

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ROOT / "tools" / "install.py"


def run(folder, *arguments):
    return subprocess.run(
        [environment.python_of(folder), *arguments], capture_output=True, text=True
    )


# An environment that is sound, and one that is not


@pytest.fixture
def sound(tmp_path):
    """A folder that passes for a finished environment, made without waiting for pip."""
    folder = tmp_path / ".venv"
    venv.create(folder, with_pip=False)
    (folder / environment.MADE).write_text(str(folder), encoding="utf-8")
    return folder


@pytest.fixture
def without_pip(monkeypatch):
    """Environments are made without pip, in a moment."""
    create = venv.create
    monkeypatch.setattr(venv, "create", lambda folder, with_pip: create(folder, with_pip=False))


def test_a_sound_environment_is_left_alone(sound, capsys):
    mark = sound / "mark"
    mark.touch()
    environment.make(sound)
    assert mark.exists()
    assert capsys.readouterr().out == ""


def leave_without_pip(folder):
    (folder / environment.MADE).unlink()


def lose_python(folder):
    python = environment.python_of(folder)
    python.unlink()
    python.symlink_to(folder / "removed")


def interrupt_before_python(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def come_from_elsewhere(folder):
    (folder / environment.MADE).write_text("/old/place/.venv", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (leave_without_pip, "left unfinished"),
        (interrupt_before_python, "left unfinished"),
        (lose_python, "its Python is no longer there"),
        (come_from_elsewhere, "made in /old/place/.venv"),
    ],
)
def test_an_environment_that_would_not_work_is_made_anew(sound, without_pip, capsys, harm, said):
    mark = sound / "mark"
    mark.touch()
    harm(sound)
    environment.make(sound)
    assert said in capsys.readouterr().out
    assert not mark.exists()
    assert environment.flaw(sound) is None


@pytest.fixture(scope="module")
def healed(tmp_path_factory):
    """An environment of which the first try was interrupted, and whether pip was in it then."""
    root = tmp_path_factory.mktemp("made")
    create, folder = venv.create, root / ".venv"

    def interrupted(folder, with_pip):
        create(folder, with_pip=False)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(environment, "ROOT", root)
        patched.setattr(venv, "create", interrupted)
        with pytest.raises(SystemExit, match=r"stopped\. Run the command again"):
            environment.main(["lab"])
    had_pip = run(folder, "-m", "pip", "--version").returncode == 0
    environment.make(folder)
    return folder, had_pip


def test_ctrl_c_while_it_is_made_is_healed_by_the_next_try(healed):
    folder, had_pip = healed
    assert not had_pip
    assert run(folder, "-m", "pip", "--version").returncode == 0


def test_ctrl_c_while_an_old_one_is_removed_is_healed_too(sound, monkeypatch, without_pip):
    def interrupted(folder):
        raise KeyboardInterrupt

    come_from_elsewhere(sound)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.make(sound)
    assert environment.flaw(sound)
    environment.make(sound)
    assert environment.flaw(sound) is None


def test_the_programs_of_a_copied_folder_run_its_own_python(healed, tmp_path):
    before, _ = healed
    shutil.copytree(before.parent, tmp_path / "after", symlinks=True)
    folder = tmp_path / "after" / ".venv"
    environment.make(folder)
    programs = environment.python_of(folder).parent
    pip = subprocess.run([shutil.which("pip", path=programs), "-V"], capture_output=True, text=True)
    assert str(folder) in pip.stdout


# Installing, by uv and by pip

INSTALLERS = ["pip", *(["uv"] if shutil.which("uv") else [])]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with two packages, from which alone is installed; and what a lock says of them."""
    lines = []
    for name in ("first_thing", "second_thing"):
        wheel = tmp_path / "shelf" / f"{name}-1.0-py3-none-any.whl"
        wheel.parent.mkdir(exist_ok=True)
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}.py", "")
            archive.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
            )
            archive.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n")
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path / "shelf"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    lock = tmp_path / "locks" / "lab.txt"
    lock.parent.mkdir()
    lock.write_text("".join(lines))
    return lock


@pytest.fixture(params=INSTALLERS)
def installer(request, monkeypatch):
    which = shutil.which
    hidden = {"uv"} - {request.param}
    monkeypatch.setattr(shutil, "which", lambda n, **o: None if n in hidden else which(n, **o))
    return request.param


def install_shelf(folder, lock):
    arguments = ["--require-hashes", "--requirement", lock]
    return environment.install(folder, arguments, dict(os.environ), packages=2)


@pytest.fixture
def with_pip(healed):
    folder, _ = healed
    yield folder
    run(folder, "-m", "pip", "uninstall", "--yes", "first_thing", "second_thing")


def test_what_a_lock_names_is_installed_and_each_package_named(with_pip, shelf, installer, capfd):
    assert install_shelf(with_pip, shelf)
    told = "".join(capfd.readouterr()).replace("-", "_")
    assert run(with_pip, "-c", "import first_thing, second_thing").returncode == 0
    assert "first_thing" in told
    assert "second_thing" in told


def test_another_file_than_the_lock_names_is_refused(with_pip, shelf, installer, capfd):
    wheel = next(shelf.parent.parent.glob("shelf/first*"))
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("other.py", "")
    with pytest.raises(SystemExit, match="the reason in the lines above"):
        environment.install_or_stop(
            with_pip, ["--require-hashes", "--requirement", shelf], dict(os.environ)
        )
    assert "hash" in "".join(capfd.readouterr()).lower()
    assert run(with_pip, "-c", "import first_thing").returncode != 0


@pytest.mark.parametrize("succeeds", [True, False])
def test_uv_is_used_where_it_is_and_pip_where_uv_fails(monkeypatch, capsys, succeeds):
    asked = []
    monkeypatch.setattr(shutil, "which", lambda name, path=None: f"/somewhere/{name}")
    monkeypatch.setattr(environment, "by_uv", lambda *a: asked.append(("uv", *a)) or succeeds)
    monkeypatch.setattr(environment, "by_pip", lambda *a: asked.append(("pip", *a)) or True)
    arguments = ["--require-hashes", "--requirement", "locks/lab.txt"]
    assert environment.install("folder", arguments, {})
    assert asked[0] == ("uv", "folder", arguments, {})
    assert [a[:3] for a in asked[1:]] == ([] if succeeds else [("pip", "folder", arguments)])
    assert ("trying pip" in capsys.readouterr().out) is not succeeds


def test_nothing_is_installed_a_second_time(sound, monkeypatch):
    asked = []
    monkeypatch.setattr(environment, "install", lambda *a: asked.append(a) or True)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a))
    environment.fill(sound, "lab")
    assert len(asked) == 3  # the packages, softmax_lab itself, the fonts
    environment.fill(sound, "lab")
    assert len(asked) == 3


# Other Pythons, other homes


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_which_one_is_needed(version):
    code = (
        "import runpy, sys; "
        f"sys.version_info = {version}; sys.version = {'.'.join(map(str, version))!r}; "
        f"runpy.run_path({str(INSTALL)!r}, run_name='__main__')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.returncode == 1
    assert told.stderr.startswith("softmax_lab: Python 3.11 or newer is needed; this is ")
    assert "make lab PYTHON=python3.13" in told.stderr
    assert "Traceback" not in told.stderr


def test_old_pythons_can_read_the_file_that_tells_them():
    source = INSTALL.read_bytes()
    assert source.isascii()
    tree = ast.parse(source, feature_version=(3, 7))
    # All of this is in Python 2 too, and means the same there.
    kinds = """Module Expr Constant Import alias Assign Name Store Load Tuple FunctionDef arguments
        If Compare Subscript Attribute Slice Lt Call BinOp Add Eq"""
    assert {type(node).__name__ for node in ast.walk(tree)} <= set(kinds.split())
    imported = [a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names]
    assert imported == ["sys"]


def test_a_home_folder_that_cannot_be_written_to_is_replaced_and_named(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nowhere" / "data"))
    found = environment.settings(tmp_path / ".venv")
    assert found["HOME"] == found["USERPROFILE"] == str(tmp_path / ".venv" / "home")
    assert Path(found["HOME"]).is_dir()
    assert "XDG_DATA_HOME" not in found
    assert "nowhere cannot be written to" in capsys.readouterr().out


def test_a_home_folder_that_can_be_written_to_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert environment.settings(tmp_path / ".venv") == dict(os.environ)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("module", ["clinic", "exercises"])
def test_without_numpy_a_command_says_how_it_is_called(module):
    # -S leaves out what is installed.
    told = subprocess.run(
        [sys.executable, "-S", "-m", f"softmax_lab.{module}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert f".venv/bin/python -m softmax_lab.{module}" in told.stderr
    assert sys.executable in told.stderr


def test_without_numpy_an_import_says_what_is_missing():
    told = subprocess.run(
        [sys.executable, "-S", "-c", "import softmax_lab"], cwd=ROOT, capture_output=True, text=True
    )
    last = told.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: softmax_lab needs NumPy")


# JupyterLab


def test_what_the_reader_writes_has_the_last_word():
    assert lab.options(["--port=9999"])[-1] == "--port=9999"


def test_the_token_is_new_each_time_and_not_on_the_command_line(monkeypatch):
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)
    one, other = (lab.variables()["JUPYTER_TOKEN"] for _ in range(2))
    assert one != other
    assert len(base64.b16decode(one.upper())) >= 16
    assert not any("token" in option for option in lab.options([]))
