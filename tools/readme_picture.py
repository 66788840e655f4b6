"""Draw the picture at the head of the README.

python tools/readme_picture.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from softmax_lab import pictures, softmax, softmax_jacobian

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "reduction.svg"


def main():
    z, upstream = np.array([2.0, 1.0, 0.1]), np.array([0.9, -1.4, 0.3])
    h, J = softmax(z), softmax_jacobian(z)
    weighted = upstream[:, None] * J
    compare = ("the diagonal alone", upstream * h * (1 - h))
    axes = pictures.reduction(J, upstream, weighted, weighted.sum(axis=0), compare)
    PICTURE.parent.mkdir(exist_ok=True)
    # Ids and dates would differ from run to run.
    with mpl.rc_context({"svg.hashsalt": "softmax_lab"}):
        axes[0].figure.savefig(PICTURE, metadata={"Date": None})


if __name__ == "__main__":
    main()
