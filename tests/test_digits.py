"""The packed digits are the ones that were packed, and are handed out ready to use."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pytest

from softmax_lab import digits
from softmax_lab.digits import load_digits

README = (digits.FILE.parent / "README.md").read_text(encoding="utf-8")
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_shapes_and_dtypes():
    images, labels = load_digits()
    assert (images.shape, images.dtype) == ((1797, 64), np.float64)
    assert labels.shape == (1797,)
    assert labels.dtype.kind == "i"


def test_pixels_are_sixteenths_from_blank_to_ink():
    images, _ = load_digits()
    assert np.array_equal(np.unique(images), np.arange(17) / 16)


def test_labels_are_as_balanced_as_documented():
    _, labels = load_digits()
    assert np.bincount(labels).tolist() == COUNTS
    assert f"{', '.join(map(str, COUNTS[:-1]))} and {COUNTS[-1]} times" in README


def test_no_image_occurs_twice_under_two_labels():
    images, labels = load_digits()
    seen = {}
    for image, label in zip(images, labels, strict=True):
        assert seen.setdefault(image.tobytes(), label) == label


def test_an_image_is_stored_row_after_row():
    # The mean zero is a ring, and the mean one an upright stroke, the right way round.
    images, labels = load_digits()
    zero, one = (images[labels == digit].mean(axis=0).reshape(8, 8) for digit in (0, 1))
    assert zero[3:5, 3:5].max() < 0.2 < 0.5 < zero[3:5, [2, 5]].min()
    assert one[:, 3:5].mean() > 3 * one[:, [0, 1, 6, 7]].mean()
    assert zero[:, [0, 7]].max() < zero[[0, 7]].max()


def test_every_call_gives_arrays_of_its_own():
    images, labels = load_digits()
    images[:], labels[:] = -1, -1
    again, labels_again = load_digits()
    assert again.min() == labels_again.min() == 0


def test_the_readme_names_the_checksum_the_source_and_the_licence():
    assert digits.SHA256 in README
    assert hashlib.sha256(digits.FILE.read_bytes()).hexdigest() == digits.SHA256
    for said in ("Alpaydin", "Kaynak", "1998", "10.24432/C50P49", "CC BY 4.0"):
        assert said in README
        assert said in load_digits.__doc__


def test_a_changed_file_is_refused(tmp_path, monkeypatch):
    packed = bytearray(digits.FILE.read_bytes())
    packed[1000] ^= 1
    changed = tmp_path / "digits.npz"
    changed.write_bytes(packed)
    monkeypatch.setattr(digits, "FILE", changed)
    received = hashlib.sha256(packed).hexdigest()
    message = (
        f"digits.npz must have the SHA-256 checksum {digits.SHA256}; received {received}. "
        "The file is damaged or another one: install softmax_lab again."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        load_digits()


def test_loading_asks_no_network():
    code = (
        "import socket\n"
        "def refuse(*arguments, **options): raise OSError('no network')\n"
        "socket.socket = socket.create_connection = refuse\n"
        "from softmax_lab.digits import load_digits\n"
        "print(len(load_digits()[1]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "1797"
