"""Choose the newest versions the ranges of pyproject.toml allow, and write them to locks/.

Needs uv, which resolves for every platform and Python at once; readers never run this.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--extra", "lab"),
    *("--universal", "--python-version", "3.11"),
    *("--fork-strategy", "fewest", "--generate-hashes", "--no-annotate", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet"),
]

# test is resolved first: lab is then a part of it, with the same versions, and so is what hub
# shares with it.
subprocess.run([*COMPILE, "--group", "test", "-o", "locks/test.txt"], cwd=ROOT, check=True)
for group in ("lab", "hub"):
    subprocess.run(
        [*COMPILE, "--group", group, "-c", "locks/test.txt", "-o", f"locks/{group}.txt"],
        cwd=ROOT,
        check=True,
    )
