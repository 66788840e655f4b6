"""The hub of jupyterhub_config.py, to try on one's own machine: never for a class.

All servers run as whoever starts it, in homes below SOFTMAX_LAB_TRIAL, and all students share one
password, SOFTMAX_LAB_PASSWORD. It answers this machine alone.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821
# By its whole path: of a file that is not found, nothing is said.
load_subconfig(str(Path(__file__).resolve().with_name("jupyterhub_config.py")))  # noqa: F821

FOLDER = Path(os.environ["SOFTMAX_LAB_TRIAL"])
PORT = int(os.environ["SOFTMAX_LAB_PORT"])

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["SOFTMAX_LAB_PASSWORD"]
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(FOLDER / "homes" / "{username}")
if os.geteuid() == 0:  # a server refuses to run as root unless told that it is meant
    c.Spawner.args = ["--allow-root"]

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_port = PORT + 1
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.JupyterHub.db_url = f"sqlite:///{FOLDER / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(FOLDER / "proxy.pid")
