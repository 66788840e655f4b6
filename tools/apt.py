"""Installing what the tests need, where that is possible: as root, on Debian and its relatives."""

import os
import shutil
import subprocess


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_install():
    return bool(shutil.which("apt-get")) and is_root()


def install(package, purpose):
    """Quietly; whoever calls looks afterwards whether it is there."""
    print(f"softmax_lab: installing {package}, for {purpose}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", package]):
        subprocess.run(
            [*command, "-qq"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
