"""What deploy/ says twice is the same, and what it names is there; make hub-test starts it."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

from softmax_lab.lessons import LESSONS

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
VALUES = yaml.safe_load((DEPLOY / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def configured(monkeypatch):
    """The settings of jupyterhub_config.py, with the variables that it reads."""

    def read(**variables):
        monkeypatch.setenv("SOFTMAX_LAB_REPOSITORY", "https://example.org/softmax_lab.git")
        monkeypatch.delenv("SOFTMAX_LAB_HTTPS", raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        file = DEPLOY / "jupyterhub_config.py"
        c = Config()
        exec(file.read_text(encoding="utf-8"), {"get_config": lambda: c, "__file__": str(file)})
        return c

    return read


def test_a_cluster_and_one_machine_are_set_up_alike(configured):
    c, single = configured(), VALUES["singleuser"]
    assert single["defaultUrl"] == c.Spawner.default_url
    assert {*single["extraEnv"]} == {*c.Spawner.environment}
    assert single["startTimeout"] == c.Spawner.start_timeout
    assert Path(single["cmd"][-1]).name == Path(c.Spawner.cmd[-1]).name
    (culler,) = c.JupyterHub.services
    assert f"--timeout={VALUES['cull']['timeout']}" in culler["command"]


def test_a_student_begins_in_lesson_1(configured):
    assert configured().Spawner.default_url.endswith(f"/my-notebooks/{LESSONS[0].file}")


def test_the_hub_answers_others_only_over_https(configured):
    assert configured().JupyterHub.bind_url.startswith("http://127.0.0.1:")
    c = configured(SOFTMAX_LAB_HTTPS="/srv/https")
    assert c.JupyterHub.bind_url.startswith("https://")
    assert c.JupyterHub.ssl_key == "/srv/https/key.pem"


def test_nobody_comes_in_whom_the_teacher_did_not_name(configured):
    c = configured()
    assert c.PAMAuthenticator.allowed_groups == {"students"}
    assert "allow_all" not in c.Authenticator
    assert VALUES["hub"]["config"]["JupyterHub"]["authenticator_class"] == "null"


def test_what_the_image_copies_is_there():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+)", text, flags=re.M) for name in line.split()]
    sources = [name for name in copied if not name.startswith("/")]
    assert sources
    assert [name for name in sources if not (ROOT / name).exists()] == []
    start = VALUES["singleuser"]["cmd"][-1]
    assert f'CMD ["python", "{start}"]' in text
    assert start.removeprefix("/srv/softmax_lab/") in sources


def test_the_students_server_reads_what_the_hub_says(configured):
    tree = ast.parse((DEPLOY / "start_student.py").read_text(encoding="utf-8"))
    read = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    asked = {name for name in read if str(name).startswith("SOFTMAX_LAB_")}
    assert asked
    assert asked <= {*configured().Spawner.environment}


def test_the_proxy_is_locked_with_hashes_and_without_addresses():
    text = (ROOT / "locks" / "proxy" / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    below = {name: about for name, about in packages.items() if name}
    assert "node_modules/configurable-http-proxy" in below
    assert all(about["integrity"].startswith("sha512-") for about in below.values())
    assert not any("resolved" in about for about in below.values())
