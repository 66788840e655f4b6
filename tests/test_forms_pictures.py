"""Pictures of one derivative in two forms draw what they are given, where it belongs."""

import matplotlib as mpl

mpl.use("agg")


from softmax_lab import pictures

ERRORS = {"subtracted": [1e-16, 1e-8, 1], "added up": [1e-16, 1e-16, 2e-16]}


def test_each_error_is_named_and_drawn_on_a_logarithmic_axis():
    ax = pictures.error_along_gap([0, 20, 40], ERRORS)
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(ERRORS)
    for line, values in zip(ax.lines, ERRORS.values(), strict=False):
        assert list(line.get_ydata()) == values
    low, high = ax.get_ylim()
    assert low < 1e-16 < 1 < high
