"""Run one step of a longer command, and say how long it took.

python tools/step.py NAME COMMAND ...
"""

import subprocess
import sys
import time

from environment import say


def main():
    name, *command = sys.argv[1:]
    say(f"{name} …")
    began = time.monotonic()
    status = subprocess.run(command).returncode
    took = f"{time.monotonic() - began:.0f} s"
    say(f"{name}: {took}" if status == 0 else f"{name}: failed after {took}")
    sys.exit(status)


if __name__ == "__main__":
    main()
