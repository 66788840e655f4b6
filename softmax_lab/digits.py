"""The handwritten digits of lesson 8; ``data/README.md`` tells where they are from."""

import hashlib
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "data" / "digits.npz"
SHA256 = "af104d81e7cd419be5f343d23c6ca2e4e4ff847b06636260802df8e903c6183f"


def load_digits():
    r"""Load the 1,797 handwritten digits, from the package itself.

    .. math:: x = \frac{\text{number of dark dots, 0 to 16}}{16}

    Returns
    -------
    images : float64 array of shape (1797, 64)
        One image a row, its 8 × 8 pixels row after row, from 0 (blank) to 1 (ink).
    labels : integer array of shape (1797,)
        The digit that was written.

    Raises
    ------
    ValueError
        When the file is not the one that was packed.

    Notes
    -----
    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits* (1998), UCI
    Machine Learning Repository, DOI 10.24432/C50P49, its test set, under CC BY 4.0.

    Examples
    --------
    >>> images, labels = load_digits()
    >>> images.shape, labels.shape
    ((1797, 64), (1797,))
    >>> labels[:5]
    array([0, 1, 2, 3, 4])
    """
    received = hashlib.sha256(FILE.read_bytes()).hexdigest()
    if received != SHA256:
        raise ValueError(
            f"{FILE.name} must have the SHA-256 checksum {SHA256}; received {received}. "
            f"The file is damaged or another one: install softmax_lab again."
        )
    with np.load(FILE, allow_pickle=False) as packed:
        return packed["images"] / 16, packed["labels"].astype(np.intp)
