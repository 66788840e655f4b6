"""Make .venv and install softmax_lab with the locked versions of everything it needs.

    python tools/install.py lab     what a reader needs
    python tools/install.py test    that, and what the tests need
    python tools/install.py hub     a JupyterHub for a class, in .venv-hub
    python tools/install.py bench   what the benchmarks compare with, in .venv-bench

Needs nothing but Python. Run again, it installs nothing unless a lock file has changed, and it
makes .venv anew where one was left unfinished or came from another folder.

The work is done in environment.py: this file is kept so plain that Python 2 reads it too, and can
say which Python is needed.
"""

import sys

OLDEST = (3, 11)


def main():
    if sys.version_info[:2] < OLDEST:
        needed, found = ".".join(map(str, OLDEST)), sys.version.split()[0]
        sys.exit(
            "softmax_lab: Python " + needed + " or newer is needed; "
            "this is " + found + " (" + str(sys.executable) + ").\n"
            "Install a newer one and name it: make lab PYTHON=python3.13"
        )
    import environment

    environment.main(sys.argv[1:])


if __name__ == "__main__":
    main()
