"""What the names of a function and of its parameters say about it.

People call the same thing by many names; none proves anything, so each only counts for or against.
To teach the clinic another name, add it to a list here.
"""

import re

# What a parameter may hold: z logits, h output, v arriving error, t target, y labels, W weights of
# a linear classifier, X its features. The first expression that fits decides.
HOLDS = [
    (r"(d|grad|delta)_?(l|c|e|j)_?(d_?)?(out|output|a|y|h|s|p)?$", {"v": 4}),
    (r"d_?l_?d_?.*|d_?loss.*|d_?e_?d_?.*|d_?c_?d_?.*", {"v": 4}),
    (r"(true|actual|expected|desired|correct|gold|real)_?(label|class|idx|index|action)s?",
     {"y": 4}),
    (r"labels?_?(idx|ids?|index|indices)?|.*_labels?|(true_?)?class(es)?|correct|action|truth_?idx"
     r"|.*_class|target_(idx|index)", {"y": 4, "t": 3.5}),
    (r"(y_?|one_?hot_?)(true|oh|hot|one_?hot|enc|encoded|label|labels|target|targets|real|actual"
     r"|train|batch)|true_?y|.*one_?hot.*|y_?oh", {"t": 4, "y": 3.5}),
    (r"t|ts|tgt|targets?|.*_targets?|truth|ground_?truth|gt|actual|expected|desired|true|gold"
     r"|teacher.*|reference|answers?|t_?batch|true_?.*|expected_.*|desired_.*|trues?|labels_.*"
     r"|indicator", {"t": 4, "y": 3.5}),
    (r"output_?(error|grad.*|delta)|(error|grad.*|delta|err).*|.*_(grad|gradient|error|err|delta|grads"
     r"|gradients|errors)|d[a-z]?|d_?(out|output|outputs|values?|a|al|y|h|s|p|in|x|z|prev|next|probs?"
     r"|softmax|act|activations?)s?|d[A-Z].*|upstream.*|incoming.*|g|gs|gy|gout|g_?(out|output|y|in)|"
     r"top_?diff|chain.*|sigma|v|vec|vector|cotangent|dl|dj|da_?.*|backprop.*|back|prev_?grad|"
     r"next_?(grad|error|delta).*|out_?grad.*|cot|ct|w_?in|sensitivit.*", {"v": 4}),
    (r"y_?(hat|pred|prob|probs|out|output|p|predicted|score|prediction)s?|p_?hat|.*pred.*"
     r"|.*prob.*|p|ps|q|a|al|a_?\d|a_?l|as_|activations?|.*activated|.*softmax.*|sm|s|h|hs|o|.*output.*"
     r"|out|outs|estimate.*|guess|proba|pi|dist.*|policy|result|res", {"h": 3, "z": 0.5, "v": 0.3}),
    (r"logits?|.*_logits?|logits?_.*|scores?|.*_scores?|scores?_.*|z|zs|z_?\d|z_?l|pre_?act.*|energies|energy|"
     r"unnorm.*|activation_?cache|net|net_?in.*|potentials?|q_?values|weighted.*|preferences?|"
     r"student.*|raw.*|lin.*", {"z": 3, "h": 0.3}),
    (r"x|xs|inputs?|.*_inputs?|inp|in_?|val|vals|values?|vec|arr|array|data|m|mat|matrix|u|f|features?"
     r"|last_.*|in_?put.*", {"z": 1.5, "h": 0.6, "X": 1}),
    (r"y|ys|yi|y_?i", {"t": 2, "y": 2, "h": 1}),
    (r"w|weights?|theta|thetas?|w_?\d|parameters?|params|coef.*", {"W": 4}),
]  # fmt: skip
CAPITALS = {"X": {"X": 3, "z": 1.5, "h": 0.6}, "Y": {"t": 2.5, "y": 2}, "W": {"W": 4}}

# Parameters whose value can be guessed.
EXTRAS = [
    (r"axis|dim|dims|ax|dimension", "axis"),
    (r"n|k|c|n_?(class|classes|units|out|outputs|labels|categories|neurons|cls|c|k|output)|"
     r"num_?(class|classes|labels|categories|outputs|units|cls)|nclass(es)?|nb_?classes|n_?dim|size|units|"
     r"class_?count|nodes|dimension|input_?(size|dim|shape)|output_?(size|dim|shape)|length|"
     r"(class|classes)_?(num|number|count)|width|in_?(size|features)|out_?(size|features)|.*_size|depth",
     "n"),
    (r"m|batch_?size|batch|n_?(samples|examples|batch|data|rows|train|points)|"
     r"num_?(samples|examples|train|rows|data|inputs|images)|bs|samples|examples", "N"),
    (r"temp|temperature|tau|beta|t|scale|weight|factor", 1.0),
    (r"lr|learning_?rate|eta|alpha|rate|step_?size|step|lrate", 0.1),
    (r"reg|regu.*|lam|lambda_?|lamb|lmbda|lambd|l2|l1|weight_?decay|decay|wd|penalty|smoothing|"
     r"label_?smoothing|dropout|mu|momentum|reg_?(strength|lambda|param)|l2_?.*", 0.0),
    (r"b|bias|biases|b_?\d", "b"),
    (r"eps|epsilon|tiny|small", 1e-12),
    (r"training|train|is_?train.*|is_?training|mode|keepdims?|keep_?dims?|stable|inplace", True),
    (r"debug|verbose|log|plot|inplace|is_?test", False),
    (r"ctx|context", "ctx"),
    (r"names?|title", "softmax"),
    (r"epoch.*|iter.*|step", 1),
]  # fmt: skip
INDEX = r"i|j|k|l|idx|index|ind|ii|jj|kk|row|col|class_?(idx|index|i|k|j)|which|pos|.*_idx|.*_index"
FLAG = (
    r"deriv.*|der|is_?deriv.*|grad|gradient|prime|diff|d|backward|back|backprop|.*derivative.*|"
    r"return_?(grad|jac|deriv).*"
)
CLASS_WEIGHTS = r"(class|sample)_?weights?|weights?"
WEIGHTS = r"w|weights?|theta|coef_?|w_?1|params"
BIASES = r"b|bias(es)?|intercept_?|b_?1"
FUNCTION = r"f|fn|fun|func|function|(loss|cost)_?(fn|func|function)"
CACHE = r".*cache.*|saved.*|memory|stored|memo|forward_.*|fwd_.*|state|tape"

DERIVATIVE = (
    r"grad|deriv|prime|bwd|back|jac|vjp|delta|dz|(^|_)d_?(softmax|loss|cost|ce|mse|cross|nll|log|"
    r"entropy|xent|sm|act|cce)|(^|_)d_?[hclejz](_|\d|d|$)|diff(?!eren|icul)|differential|partial|"
    r"(^|_)d$|^d[A-Z_]|error|sensitiv"
)
# Attributes that hold a derivative even where the method that left them returns something else.
DERIVED = r".*(jac|grad|deriv|prime).*|d_?(z|x|logits|inputs?|scores?|softmax)|d[A-Z]\d?"
LOSS = (
    r"loss|cost|entropy|xent|nll|criterion|likelihood|(^|_)(b|c)?ce($|_)|crossent|kl|objective|"
    r"mse|squared"
)
COLUMNS = r"d?[AZY]L?\d?|d?A_prev"
# Of a parameter called so, nobody means the output.
LOGITS = r"(.*_)?logits?(_.*)?|z|z_?\d|zs|pre_?act\w*|raw_\w+|unnorm\w*"
PROBABILITIES = r"(.*_)?prob(s|as?|abilit(y|ies))?(_.*)?"
# What a docstring says of shapes: (classes, m) or (N, C).
_CLASSES = r"(?:n_?|num_?|number of )?(?:class(?:es)?|outputs?|units|features)|n_[xy]|[CKDckd]"
_SAMPLES = (
    r"(?:n_?|num_?|number of )?(?:samples?|examples?|batch(?:_?size)?|data|images|points)|[Nm]"
)
SHAPES = {
    "columns": rf"\(\s*(?:{_CLASSES})\s*,\s*(?:{_SAMPLES})\s*\)",
    "rows": rf"\(\s*(?:{_SAMPLES})\s*,\s*(?:{_CLASSES})\s*\)",
}
OTHER = r"relu|sigmoid|tanh|elu|dropout|linear|dense|affine|conv|pool|norm|accuracy|data|plot|init"
FORWARD = [
    "forward",
    "__call__",
    "fn",
    "function",
    "activation",
    "activate",
    "softmax",
    "call",
    "compute",
    "value",
    "loss",
    "f",
    "apply",
    "fprop",
    "forward_pass",
    "forwardprop",
    "feedforward",
    "predict",
    "evaluate",
    "fwd",
    "cost",
]
NOT_A_STEP = (
    r"update|step|train|fit|predict|save|load|zero_?grad|parameters|params|summary|get_.*|set_.*|"
    r"init.*|reset.*|plot.*|build|compile|eval|cpu|cuda|to|register.*|accuracy|evaluate|optimi.*"
)


def matches(pattern, name, any_case=True):
    """Whether the whole of a name fits."""
    return re.fullmatch(pattern, name, re.IGNORECASE if any_case else 0) is not None


def holds(name):
    """For each thing that a parameter may hold, how much its name speaks for it."""
    name = name.strip("_")
    if name in CAPITALS:
        return CAPITALS[name]
    if re.fullmatch(r"d[A-Z]\w*|dA\w*", name):
        return {"v": 4}
    lower = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    for pattern, scores in HOLDS:
        if re.fullmatch(pattern, lower):
            return scores
    return {}


def function_among(parameters):
    """The name of a parameter that is a function, such as ``f``, if one is."""
    named = (p.name for p in parameters if p.required and matches(FUNCTION, p.name))
    return next(named, "")


def guess(name):
    """The token for a parameter whose value can be guessed, or None."""
    for pattern, token in EXTRAS:
        if matches(pattern, name.strip("_")):
            return token
    return None


def speaks_of(pattern, name):
    """Whether a part of a name fits."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return re.search(pattern, spaced) is not None or re.search(pattern, spaced.lower()) is not None


def layout_told(text):
    """The layout that the shapes in a docstring speak of, if they speak of one only."""
    told = [layout for layout, shape in SHAPES.items() if re.search(shape, text)]
    return told[0] if len(told) == 1 else ""


def is_backward(name):
    """Whether a method's name says that it is a derivative."""
    return name.lower() in ("backward", "back", "backwards", "bprop") or (
        speaks_of(DERIVATIVE, name) and not matches(NOT_A_STEP, name)
    )


def likely_roles(name, text, kinds):
    """The roles that are possible for what a function is given, each with its penalty."""
    derivative = speaks_of(DERIVATIVE, name)
    loss = speaks_of(LOSS, name)
    if "v" in kinds:
        return {"backward": 0}
    if kinds & {"t", "y"}:
        text = text.lower()
        at_output = bool(re.search(r"w\.?r\.?t\.? (the )?(output|pred|activation)", text))
        if derivative or not loss:
            first = {
                "loss_gradient": 0,
                "output_gradient": 0.5 - at_output,
                "loss": 3 - (not derivative),
            }
        else:
            first = {"loss": 0, "loss_gradient": 2, "output_gradient": 2}
        return first if "h" in kinds else {k: p for k, p in first.items() if k != "output_gradient"}
    if derivative:
        return {"jacobian": 0, "softmax": 3} if "z" in kinds else {"jacobian": 0}
    return {"softmax": 0, "jacobian": 2} if "z" in kinds else {"jacobian": 2}
