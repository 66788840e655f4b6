"""Lesson 5: who may work in place, an activation's own form, a layer that is used twice."""

import numpy as np

from coursework.question import Question, all_but_one, chosen, drawn, listed, vector
from softmax_lab.exercises.exercise import MEASURING, Exercise
from softmax_lab.exercises.judges import function
from softmax_lab.softmax import softmax, softmax_vjp, softmax_vjp_from_output

SETTING = """\
import numpy as np

from softmax_lab import check_gradient, numerical_jacobian, softmax, softmax_vjp
from softmax_lab.exercises import ready"""

# What is applied to z entry by entry (or all at once), whether its output tells its derivative,
# and what to try it by.
LAYERS = (
    ("sigmoid", "a = 1/(1 + e^{-z})", True, "sigmoid: is its slope a(1 - a)?"),
    ("softmax", "a = \\operatorname{softmax}(z)", True, "softmax: what is J written with?"),
    ("exponential", "a = e^z", True, "the exponential: what is its slope?"),
    ("cube", "a = z^3", True, "the cube: does a have one cube root, or two?"),
    ("arc tangent", "a = \\arctan z", True, "the arc tangent: how many z belong to one a?"),
    ("square", "a = z^2", False, "the square: the slope is 2z; which z belong to a = 4?"),
    ("Gaussian", "a = e^{-z^2}", False, "the Gaussian: on which side of its top is z?"),
    ("sine", "a = \\sin z", False, "the sine: does it rise or fall where a = 0.5?"),
    ("cosine", "a = \\cos z", False, "the cosine: is the sign of its slope known from a?"),
)


def questions(seed):
    """The three questions."""
    return (in_place(drawn(seed, 5.4)), softsign(drawn(seed, 5.5)), shared(drawn(seed, 5.6)))


def in_place(rng):
    """5.4: of which layers the output is enough."""
    enough = [layer for layer in LAYERS if layer[2]]
    not_enough = [layer for layer in LAYERS if not layer[2]]
    picked = [*(enough[k] for k in rng.permutation(5)[:3]), not_enough[int(rng.integers(4))]]
    picked.append(next(not_enough[k] for k in rng.permutation(4) if not_enough[k] != picked[-1]))
    picked = [picked[k] for k in rng.permutation(5)]
    truth = [layer[2] for layer in picked]
    table = "\n".join(f"| {k} | {name} | ${tex}$ |" for k, (name, tex, *_) in enumerate(picked))
    return Question(
        Exercise(
            "5.4",
            "predict",
            chosen(truth, [f"{hint[:1].upper()}{hint[1:]}" for *_, hint in picked]),
            think="a dense layer cannot do it either: for which of its gradients does it need its "
            "input?",
        ),
        "To save memory a library lets a layer write its output over its input: from then on "
        "there is $a$, and $z$ is gone. For which of these does the backward pass still get all "
        "that it needs, for any real $z$? Write `True` or `False` for each, in this order.\n\n"
        f"| | layer | output |\n|---|---|---|\n{table}",
        "output_is_enough",
        "output_is_enough = [..., ..., ..., ..., ...]",
        f"output_is_enough = {truth!r}",
        "It is enough where the slope can be written with $a$, and that is where $a$ decides it: "
        + "; ".join(f"{name}: {'yes' if right else 'no'}" for name, _, right, _ in picked)
        + ".",
        partly=all_but_one(truth),
        half="all but one.",
    )


def _softsign_back(a, v):
    return (1 - np.abs(a)) ** 2 * v


def softsign(rng):
    """5.5: softsign's way back, from its output."""

    def out(z):
        return z / (1 + np.abs(z))

    examples = [(out(vector(rng, 4)), vector(rng, 4)), (out(vector(rng, 2, 3)), vector(rng, 2, 3))]
    examples.append((out(np.array([-30.0, 0.0, 40.0])), vector(rng, 3)))
    judge = function(
        _softsign_back,
        examples,
        foreseen=[
            (
                lambda a, v: v / (1 + np.abs(a)) ** 2,
                "that is the slope written with z, fed a. How large is 1 + |z|, if a is known?",
            ),
            (
                lambda a, v: (1 - a) ** 2 * v,
                "right where a is positive. On the other side of 0 the curve looks the same.",
            ),
            (lambda a, v: (1 - np.abs(a)) ** 2 + 0 * v, "the error that arrives is not in it yet."),
            (lambda a, v: (1 - np.abs(a)) * v, "one factor of 1 - |a| is there. Is it enough?"),
            (lambda a, v: a * (1 - a) * v, "that is the sigmoid's slope. This is another curve."),
            (lambda a, v: (1 - a**2) * v, "that is tanh's slope. This is another curve."),
            (lambda a, v: v, "the error is passed on as it came. Far out, this curve is flat."),
        ],
    )
    return Question(
        Exercise(
            "5.5",
            "code",
            judge,
            think="near 1 the sigmoid's output loses digits of its slope. Does this one, too?",
            without=MEASURING,
        ),
        "*Softsign* is a cousin of tanh without an exponential, $a = \\dfrac{z}{1 + |z|}$, with "
        "the slope $\\dfrac{1}{(1 + |z|)^2}$. Write the backward pass of a softsign layer that has "
        "kept nothing but its output $a$; it works entry by entry, on arrays of any shape.",
        "softsign_back",
        'def softsign_back(a, upstream):\n    """The error at z, from the output a and the error '
        'at a."""\n    raise NotImplementedError',
        'def softsign_back(a, upstream):\n    """The error at z, from the output a and the error '
        'at a."""\n    return (1 - abs(a)) ** 2 * upstream',
        "$|a| = |z|/(1 + |z|)$, so $1 - |a| = 1/(1 + |z|)$, and the slope is its square.",
        example=f"np.array({listed(examples[0][0].round(2))}), np.array({listed(examples[0][1])})",
        partly=function(lambda a, v: (1 - a) ** 2 * v, examples),
        half="right for positive outputs.",
    )


def _shared(z1, z2, v1, v2):
    return np.array([softmax_vjp(z1, v1), softmax_vjp(z2, v2)])


def _last_kept(z1, z2, v1, v2):
    h = softmax(z2)
    return np.array([softmax_vjp_from_output(h, v1), softmax_vjp_from_output(h, v2)])


def shared(rng):
    """5.6: one layer that is used twice, and remembers the second time only."""
    examples = [tuple(vector(rng, n) for _ in range(4)) for n in (3, 4)]
    z1, z2, v1, v2 = examples[0]
    judge = function(
        _shared,
        examples,
        foreseen=[
            (
                _last_kept,
                "it is still there: both errors meet the output that was computed last. Which "
                "one does the layer hold when the first error comes?",
            ),
            (
                lambda z1, z2, v1, v2: _last_kept(z2, z1, v1, v2),
                "now both errors meet the output that was computed first. Each has its own.",
            ),
            (
                lambda z1, z2, v1, v2: _shared(z1, z2, v2, v1),
                "the two errors have changed places.",
            ),
            (
                lambda z1, z2, v1, v2: _shared(z1, z2, v1, v2)[::-1],
                "the two rows have changed places: first what reaches z1.",
            ),
            (
                lambda z1, z2, v1, v2: _shared(z1, z2, v1, v2).sum(axis=0),
                "there are two inputs, and each gets an error of its own: two rows.",
            ),
            (
                lambda z1, z2, v1, v2: np.array([v1, v2]),
                "the errors are passed on as they came. They have yet to go through softmax.",
            ),
        ],
    )
    return Question(
        Exercise(
            "5.6",
            "fault",
            judge,
            think="a layer that kept its input would have the same fault. What does not forget?",
            without=MEASURING,
        ),
        "A network compares two pictures, and sends both through one and the same layer:",
        "fixed",
        'def fixed(z1, z2, upstream1, upstream2):\n    """The errors at z1 and at z2, as two '
        'rows."""\n    raise NotImplementedError',
        'def fixed(z1, z2, upstream1, upstream2):\n    """The errors at z1 and at z2, as two '
        'rows."""\n    first, second = Layer(), Layer()\n    first.forward(z1)\n'
        "    second.forward(z2)\n"
        "    return np.array([first.backward(upstream1), second.backward(upstream2)])",
        "`forward` keeps one output, and the second call writes over that of the first. The "
        "error of the first picture then meets the output of the second. Each use needs a memory "
        "of its own (two layers, or `backward` straight behind its own `forward`).",
        given="class Layer:\n    def forward(self, z):\n        self.h = softmax(z)\n"
        "        return self.h\n\n    def backward(self, upstream):\n"
        "        return self.h * (upstream - self.h @ upstream)\n\n\n"
        "def both(z1, z2, upstream1, upstream2):\n    layer = Layer()\n    layer.forward(z1)\n"
        "    layer.forward(z2)\n"
        "    return np.array([layer.backward(upstream1), layer.backward(upstream2)])\n\n\n"
        f"z1, z2 = np.array({listed(z1)}), np.array({listed(z2)})\n"
        f"u1, u2 = np.array({listed(v1)}), np.array({listed(v2)})\n"
        'print("first: ", check_gradient(lambda z: u1 @ softmax(z), both(z1, z2, u1, u2)[0], z1)'
        ".passed)\n"
        'print("second:", check_gradient(lambda z: u2 @ softmax(z), both(z1, z2, u1, u2)[1], z2)'
        ".passed)",
        then="`upstream1` is the error at the first output, `upstream2` that at the second. The "
        "layer itself is right: one of the two errors passes the check. Find the fault, and write "
        "`both` without it.",
        example="z1, z2, u1, u2",
    )
