"""A JupyterHub for a class on one Linux machine; deploy/README.md says how to start it.

Three variables of the environment say what is yours:

    SOFTMAX_LAB_REPOSITORY   where git fetches the lessons from: an address, or a folder here
    SOFTMAX_LAB_BRANCH       which branch; main if it is not said
    SOFTMAX_LAB_HTTPS        a folder with key.pem and cert.pem; without it, the hub answers only
                             this machine, for a web server in front of it that speaks HTTPS
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
HTTPS = os.environ.get("SOFTMAX_LAB_HTTPS")

# Who may come in: accounts of this machine that belong to one of two groups.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"students"}
c.PAMAuthenticator.admin_groups = {"teachers"}

# Each server runs as its student, in the student's home.
c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [sys.executable, str(HERE / "start_student.py")]
c.Spawner.default_url = "/lab/tree/softmax_lab/my-notebooks/01-the-failing-check.ipynb"
c.Spawner.environment = {
    "SOFTMAX_LAB_REPOSITORY": os.environ["SOFTMAX_LAB_REPOSITORY"],
    "SOFTMAX_LAB_BRANCH": os.environ.get("SOFTMAX_LAB_BRANCH", "main"),
    # The matrices of the lessons are small: threads of one student would only stop another's.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

# When a lecture begins, all come at once: ten servers start at a time, the others wait their turn.
c.JupyterHub.concurrent_spawn_limit = 10
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 120

# A server that nobody has used for an hour is stopped; what was saved stays.
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]

c.ConfigurableHTTPProxy.command = str(PROGRAMS / "configurable-http-proxy")
c.JupyterHub.bind_url = "https://:443" if HTTPS else "http://127.0.0.1:8000"
if HTTPS:
    c.JupyterHub.ssl_key = str(Path(HTTPS, "key.pem"))
    c.JupyterHub.ssl_cert = str(Path(HTTPS, "cert.pem"))
