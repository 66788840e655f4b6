"""Take the picture at the head of the README: the explorer as a page shows it.

python tools/readme_picture.py
"""

from pathlib import Path

import explorer_pictures
from softmax_lab.explorers import JacobianExplorer

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "explorer.png"
UPSTREAM = [0.9, -1.4, 0.3, 0.6]


def main():
    explorer = JacobianExplorer(z=[2.0, 1.0, 0.1, -0.8], upstream=UPSTREAM, compare=True)
    with explorer_pictures.studio() as take:
        PICTURE.write_bytes(take(explorer.get_state(), pointed='[data-output="result"]'))


if __name__ == "__main__":
    main()
