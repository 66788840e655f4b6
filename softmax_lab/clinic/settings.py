"""What was declared about the function, and complaints about a declaration."""

from dataclasses import dataclass

ATTENTION = ("attention", "attention_backward")
ALLOWED = {
    "role": (
        *("softmax", "jacobian", "backward", "loss", "loss_gradient", "output_gradient"),
        *ATTENTION,
    ),
    "given": ("logits", "output"),
    "loss": ("cross_entropy", "squared_error"),
    "reduction": ("mean", "sum", "none"),
    "targets": ("distribution", "labels", "any"),
    "layout": ("rows", "columns"),
}
DEFAULTS = {
    "given": "logits",
    "loss": "cross_entropy",
    "reduction": "mean",
    "targets": "distribution",
    "layout": "rows",
}
REMEDY = {
    "role": "Name what the function returns: 'jacobian' for ∂h/∂z, 'backward' for Jᵀσ.",
    "given": "Say whether its first argument is z ('logits') or softmax(z) ('output').",
    "loss": "Name the loss that it differentiates.",
    "reduction": "Say what becomes of the samples' losses; use 'none' to keep one a sample.",
    "targets": "Use 'labels' for integers, 'any' if a target need not sum to 1.",
    "layout": "Use 'rows' for samples in rows, (N, n), and 'columns' for (n, N).",
}


@dataclass(frozen=True)
class Settings:
    """The declared role and everything that decides what the right answer is."""

    role: str
    given: str = "logits"
    loss: str = "cross_entropy"
    reduction: str = "mean"
    targets: str = "distribution"
    layout: str = "rows"

    def __post_init__(self):
        for name in ALLOWED:
            check(name, getattr(self, name))

    @property
    def with_target(self):
        """Whether the function is given a target."""
        return self.role in ("loss", "loss_gradient", "output_gradient")

    @property
    def from_logits(self):
        """Whether the function is given z, and not h."""
        return self.role == "softmax" or (self.given == "logits" and self.role != "output_gradient")


def check(name, received):
    """Complain about a value that a setting cannot have."""
    allowed = ALLOWED[name]
    if not isinstance(received, str) or received not in allowed:
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, allowed))}; "
            f"received {received!r:.60}. {REMEDY[name]}"
        )
