"""Answers to the homework as students write them: code, and words the verdict on it must hold.

The code stands where the answer does, behind the question's own code. For a question whose numbers
come from the seed, ``right`` holds the right answer.
"""

WRONG = {
    "1.4": [
        ("measured = [x if x > 0 else 0 for x in right]", "does the output that the cost"),
        ("measured = [-x for x in right]", "the other way round"),
        ("measured = [abs(x) for x in right]", "the sizes are right"),
        ("measured = right[:2]", "shape (3,)"),
        ("measured = [0.123, 2, 3]", "every entry is wrong"),
    ],
    "1.5": [
        (
            "def left_out(z, upstream):\n    h = softmax(z)\n"
            "    g = numerical_gradient(lambda z: upstream @ softmax(z), z)\n"
            "    return upstream * h * (1 - h) - g",
            "the sign is not",
        ),
        (
            "def left_out(z, upstream):\n"
            "    return numerical_gradient(lambda z: upstream @ softmax(z), z)",
            "that is the whole gradient",
        ),
        (
            "def left_out(z, upstream):\n    h = softmax(z)\n    return upstream * h * (1 - h)",
            "that is what the formula has",
        ),
        (
            "def left_out(z, upstream):\n    h = softmax(z)\n    return -h * (h @ upstream)",
            "what an output does with its own logit",
        ),
        (
            "from softmax_lab import softmax_vjp\n\n\ndef left_out(z, upstream):\n"
            "    h = softmax(z)\n    return softmax_vjp(z, upstream) - upstream * h * (1 - h)",
            "it uses `softmax_vjp`",
        ),
    ],
    "1.6": [
        ("h = softmax(z)\ngets_through = np.diag(h * (1 - h))", "the diagonal alone is caught"),
        ("h = softmax(z)\ngets_through = np.diag(h) - np.outer(h, h)", "that is the Jacobian"),
        ("gets_through = np.full((3, 3), np.nan)", "a nan does get through"),
        ("gets_through = np.ones((3, 3))", "this one is caught, at entry (0, 0)"),
        ("gets_through = 'everything'", "numbers are asked for"),
    ],
    "2.4": [
        ("output = [x * (1 - x) for x in right]", "those are the missing entries"),
        ("output = [x**2 for x in right]", "those are the squares"),
        ("output = right[::-1]", "from the last to the first"),
        ("output = [-x for x in right]", "a probability is not negative"),
    ],
    "2.5": [
        ("def jacobian_of_log(y):\n    return (np.eye(len(y)) - np.exp(y)).T", "changed places"),
        (
            "def jacobian_of_log(y):\n    h = np.exp(y)\n    return np.diag(h) - np.outer(h, h)",
            "that is the Jacobian of softmax",
        ),
        ("def jacobian_of_log(y):\n    return np.eye(len(y)) - y", "y is a logarithm"),
        ("def jacobian_of_log(y):\n    return np.exp(y) - np.eye(len(y))", "the sign is not"),
        ("def jacobian_of_log(y):\n    return np.diag(1 - np.exp(y))", "the diagonal alone"),
    ],
    "2.6": [
        ("fixed = its_jacobian", "Is the sum of each row really 0?"),
        ("fixed = softmax_jacobian", "The layer is another one"),
        (
            "def fixed(z):\n    h = with_none(z)\n    return np.diag(h * (1 - h))",
            "the diagonal alone",
        ),
        (
            "def fixed(z):\n    h = with_none(z)\n    return np.diag(h) + np.outer(h, h)",
            "do the other outputs grow",
        ),
    ],
    "3.4": [
        (
            "passed_back = [right[0], [x + 1 for x in right[1]]]",
            "not right",
        ),
        ("passed_back = [[-x for x in row] for row in right]", "the sign is not"),
        ("passed_back = right[0]", "shape (2, 3)"),
        ("passed_back = [[1, 2, 3], [4, 5, 6]]", "every entry is wrong"),
    ],
    "3.5": [
        (
            "def from_both(z, A, a, B, b):\n    return softmax_vjp(z, A.T @ a)",
            "only one of the two",
        ),
        (
            "def from_both(z, A, a, B, b):\n    return softmax_vjp(z, A @ a + B @ b)",
            "on the way back?",
        ),
        (
            "def from_both(z, A, a, B, b):\n    return softmax_vjp(z, (A.T @ a + B.T @ b) / 2)",
            "paths are added up",
        ),
        ("def from_both(z, A, a, B, b):\n    return A.T @ a + B.T @ b", "what arrives at h"),
        (
            "def from_both(z, A, a, B, b):\n    h = softmax(z)\n"
            "    return h * (1 - h) * (A.T @ a + B.T @ b)",
            "taken for a sigmoid",
        ),
    ],
    "3.6": [
        ("fixed = back", "Is this J symmetric?"),
        (
            "def fixed(z, upstream):\n    return upstream - shares(z) @ upstream",
            "the factor 1/S is missing",
        ),
        ("def fixed(z, upstream):\n    return upstream / z.sum()", "S is not a constant"),
        (
            "def fixed(z, upstream):\n    y = shares(z)\n    return y * (upstream - y @ upstream)",
            "softmax's way back",
        ),
    ],
    "4.4": [
        ("predicted = (2 * np.array(right)).tolist()", "each row is right by itself"),
        ("predicted = (-np.array(right)).tolist()", "the sign is not"),
        (
            "predicted = np.where(np.array(right) < 0, -3 / 8, 1 / 8)",
            "that is for one-hot targets",
        ),
        ("predicted = [[0] * 4] * 2", "wrong"),
    ],
    "4.5": [
        (
            "def taught(z, t, p, T, share):\n"
            "    g = share * (softmax(z) - t) + (1 - share) * T**2 * (softmax(z / T) - p)\n"
            "    return g / len(z)",
            "the second one was given z/T",
        ),
        (
            "def taught(z, t, p, T, share):\n"
            "    g = share * (softmax(z) - t) + (1 - share) * (softmax(z / T) - p)\n"
            "    return g / len(z)",
            "lost all its factors of T",
        ),
        (
            "def taught(z, t, p, T, share):\n"
            "    return share * (softmax(z) - t) + (1 - share) * T * (softmax(z / T) - p)",
            "the sum over the samples",
        ),
        (
            "def taught(z, t, p, T, share):\n"
            "    g = (1 - share) * (softmax(z) - t) + share * T * (softmax(z / T) - p)\n"
            "    return g / len(z)",
            "exchanged",
        ),
        (
            "def taught(z, t, p, T, share):\n    return share * (softmax(z) - t) / len(z)",
            "The teacher teaches",
        ),
    ],
    "4.6": [
        ("fixed = its_gradient", "At which place is h - t a derivative"),
        ("def fixed(z, t, beta):\n    return softmax(z) - t", "β has no effect"),
        (
            "def fixed(z, t, beta):\n    h = softmax(z)\n"
            "    return h - t - beta * softmax_vjp(z, np.log(h) + 1)",
            "with the wrong sign",
        ),
        (
            "def fixed(z, t, beta):\n    h = softmax(z)\n"
            "    return softmax_vjp(z, h - t + beta * (np.log(h) + 1))",
            "both terms have gone through softmax",
        ),
    ],
    "5.4": [
        ("output_is_enough = [not x for x in right]", "0 of 5 are right"),
        ("output_is_enough = [True] * 5", "3 of 5 are right. Try each of them."),
        ("output_is_enough = [True] * 4", "shape (5,)"),
        ("output_is_enough = [2] * 5", "`True` or `False`"),
    ],
    "5.5": [
        (
            "def softsign_back(a, upstream):\n    return upstream / (1 + abs(a)) ** 2",
            "written with z, fed a",
        ),
        (
            "def softsign_back(a, upstream):\n    return (1 - a) ** 2 * upstream",
            "right where a is positive",
        ),
        (
            "def softsign_back(a, upstream):\n    return (1 - abs(a)) ** 2",
            "the error that arrives is not in it",
        ),
        (
            "def softsign_back(a, upstream):\n    return (1 - a**2) * upstream",
            "that is tanh's slope",
        ),
        ("def softsign_back(a, upstream):\n    return upstream", "passed on as it came"),
        (
            "def softsign_back(a, upstream):\n    upstream *= (1 - abs(a)) ** 2\n"
            "    return upstream",
            "it overwrites `upstream`",
        ),
    ],
    "5.6": [
        ("fixed = both", "both errors meet the output that was computed last"),
        (
            "def fixed(z1, z2, upstream1, upstream2):\n"
            "    return both(z2, z1, upstream1, upstream2)",
            "computed first",
        ),
        (
            "def fixed(z1, z2, upstream1, upstream2):\n"
            "    return np.array([softmax_vjp(z1, upstream2), softmax_vjp(z2, upstream1)])",
            "the two errors have changed places",
        ),
        (
            "def fixed(z1, z2, upstream1, upstream2):\n"
            "    return softmax_vjp(z1, upstream1) + softmax_vjp(z2, upstream2)",
            "two rows",
        ),
    ],
    "6.4": [
        ("outcomes = ['right'] * 5", "look at number"),
        ("outcomes = ['good'] * 5", "each is one of"),
        ("outcomes = ['inf']", "a list of 5 words"),
        ("outcomes = 5", "a list of 5 words"),
    ],
    "6.5": [
        (
            "def log_probability(z, inside):\n    return np.log(softmax(z)[inside].sum())",
            "right for ordinary logits",
        ),
        (
            "def log_probability(z, inside):\n    return softmax(z)[inside].sum()",
            "Its logarithm is asked for",
        ),
        ("def log_probability(z, inside):\n    return logsumexp(z[inside])", "over all classes"),
        (
            "def log_probability(z, inside):\n    return logsumexp(z) - logsumexp(z[inside])",
            "the sign is not",
        ),
        (
            "def log_probability(z, inside):\n    return np.log(softmax(z)[inside]).sum()",
            "multiplied the probabilities",
        ),
    ],
    "6.6": [
        ("fixed = masked_softmax", "right for ordinary logits"),
        ("def fixed(z, mask):\n    return softmax(z) * mask", "do not sum to 1"),
        ("def fixed(z, mask):\n    return softmax(z * mask)", "e⁰ is 1"),
        ("def fixed(z, mask):\n    return softmax(z)", "the mask has no effect"),
        (
            "def fixed(z, mask):\n    return softmax(np.where(mask, -np.inf, z))",
            "the mask is the other way round",
        ),
    ],
    "7.4": [
        ("right_digits = [16, 16, 16, 16]", "too many"),
        ("right_digits = [0, 0, 0, 0]", "too few"),
        ("right_digits = [np.nan] * 4", "no entry is finite"),
        ("right_digits = right[:3]", "shape (4,)"),
    ],
    "7.5": [
        ("def combined(whole, half):\n    return (whole + half) / 2", "the plain mean"),
        ("def combined(whole, half):\n    return 2 * half - whole", "forward differences"),
        ("def combined(whole, half):\n    return (4 * whole - half) / 3", "changed places"),
        ("def combined(whole, half):\n    return 4 * half - whole", "three times the derivative"),
        ("def combined(whole, half):\n    return half", "the better one of the two"),
    ],
    "7.6": [
        ("convenient = [1, 1, 1]", "it does pass there"),
        ("convenient = [1, 0, 0]", "there the two differ"),
        ("convenient = [np.inf, 1, 0]", "three ordinary numbers"),
        ("convenient = [1, 2]", "shape (3,)"),
    ],
    "8.4": [
        ("same_way = [not x for x in right]", "0 of 5 are right"),
        ("same_way = [False] * 5", "3 of 5 are right. Try each of them."),
        ("same_way = [0.5] * 5", "`True` or `False`"),
    ],
    "8.5": [
        (
            "def at_temperature(z, T, upstream):\n    return (upstream * z).sum() / T**2",
            "the sign is not",
        ),
        (
            "def at_temperature(z, T, upstream):\n    return -(upstream * z).sum() / T",
            "one power of T is missing",
        ),
        (
            "def at_temperature(z, T, upstream):\n    return -(upstream * z).sum() / T**2 / len(z)",
            "you divided by N",
        ),
        (
            "def at_temperature(z, T, upstream):\n    return -(upstream * z).sum(axis=0) / T**2",
            "one number for each class",
        ),
        ("def at_temperature(z, T, upstream):\n    return upstream / T", "the error at z"),
    ],
    "8.6": [
        ("fixed = gathered", "how much does the last sample count"),
        (
            "def fixed(W, x, t, size):\n    return of_piece(W, x, t) * len(x)",
            "the sum over all samples",
        ),
        (
            "def fixed(W, x, t, size):\n    pieces = range(0, len(x), size)\n"
            "    total = sum(of_piece(W, x[k:k+size], t[k:k+size]) * len(x[k:k+size])"
            " for k in pieces)\n    return total / (len(pieces) * size)",
            "Is the last one so large?",
        ),
        (
            "def fixed(W, x, t, size):\n    n = len(x) // size * size or len(x)\n"
            "    return of_piece(W, x[:n], t[:n])",
            "left out",
        ),
    ],
    "9.4": [
        ("reached = right[::-1]", "changed places"),
        ("reached = [right[0], [1, 1, 1]]", "not right"),
        ("reached = right[0]", "shape (2, 3)"),
        ("reached = [[-x for x in row] for row in right]", "the sign is not"),
    ],
    "9.5": [
        (
            "def at_the_values(Q, K, mask, upstream):\n"
            "    return softmax(Q @ K.T / np.sqrt(Q.shape[1])).T @ upstream",
            "right if every query sees every key",
        ),
        (
            "def at_the_values(Q, K, mask, upstream):\n"
            "    return (softmax(Q @ K.T / np.sqrt(Q.shape[1])) * mask).T @ upstream",
            "does not sum to 1",
        ),
        (
            "def at_the_values(Q, K, mask, upstream):\n"
            "    return softmax(np.where(mask, Q @ K.T, -np.inf)).T @ upstream",
            "divided by √d",
        ),
        (
            "def at_the_values(Q, K, mask, upstream):\n"
            "    return softmax(np.where(mask, Q @ K.T / np.sqrt(Q.shape[1]), -np.inf)) @ upstream",
            "turned the wrong way",
        ),
        ("def at_the_values(Q, K, mask, upstream):\n    return mask.T @ upstream", "whole error"),
    ],
    "9.6": [
        ("fixed = at_tau", "it is still 0"),
        (
            "def fixed(q, K, V, tau, upstream):\n    z = tau * K @ q / np.sqrt(len(q))\n"
            "    return softmax_vjp(z, V @ upstream) @ z",
            "τ times too much",
        ),
        (
            "def fixed(q, K, V, tau, upstream):\n    z = K @ q / np.sqrt(len(q))\n"
            "    return softmax_vjp(z, V @ upstream) @ z",
            "right for τ = 1",
        ),
        (
            "def fixed(q, K, V, tau, upstream):\n    z = K @ q / np.sqrt(len(q))\n"
            "    return (V @ upstream) @ z",
            "back through softmax",
        ),
    ],
    "10.4": [
        ("named = ['sign_flipped'] * 4", "look at number"),
        ("named = ['transposed'] * 4", "each is one of"),
        ("named = right[:3]", "a list of 4 words"),
    ],
    "10.5": [
        (
            "def with_term(z, t, weight):\n    s = logsumexp(z)[:, None]\n"
            "    return (softmax(z) - t + weight * s * softmax(z)) / len(z)",
            "the 2 of the square",
        ),
        (
            "def with_term(z, t, weight):\n    s = logsumexp(z)[:, None]\n"
            "    return (softmax(z) - t + 2 * weight * s) / len(z)",
            "the derivative of log-sum-exp",
        ),
        (
            "def with_term(z, t, weight):\n    s = logsumexp(z)[:, None]\n"
            "    return softmax(z) - t + 2 * weight * s * softmax(z)",
            "the sum over the samples",
        ),
        ("def with_term(z, t, weight):\n    return (softmax(z) - t) / len(z)", "λ has no effect"),
    ],
    "10.6": [
        ("fixed = learns_with", "do first with what it is given"),
        (
            "from softmax_lab import softmax_vjp\n\n\ndef fixed(W, x, t):\n"
            "    h = model(W, x)\n"
            "    return x.T @ softmax_vjp(x @ W, cross_entropy_gradient(h, t))",
            "a cost that applies softmax twice",
        ),
        (
            "def fixed(W, x, t):\n    return x.T @ (model(W, x) - t)",
            "the sum over the samples",
        ),
        ("def fixed(W, x, t):\n    return -x.T @ cross_entropy_gradient(x @ W, t)", "the sign"),
    ],
}

RIGHT = {
    "1.4": ["measured = np.array(right)", "measured = tuple(right)"],
    "1.5": [
        "def left_out(z, upstream):\n    h = softmax(z)\n"
        "    return np.array([-h[j] * sum(upstream[i] * h[i] for i in range(len(z)) if i != j)"
        " for j in range(len(z))])",
    ],
    "1.6": [
        "h = softmax(z)\ngets_through = np.diag(h) - np.outer(h, h) - 1",
        "gets_through = [[-9, -9, -9]] * 3",
    ],
    "2.4": ["output = np.array(right)"],
    "2.5": [
        "def jacobian_of_log(y):\n    n = len(y)\n"
        "    return [[(i == j) - np.exp(y[j]) for j in range(n)] for i in range(n)]",
        "def jacobian_of_log(y):\n    h = np.exp(y)\n"
        "    return np.eye(len(y)) - np.outer(np.ones(len(y)), h)",
    ],
    "2.6": [
        "def fixed(z):\n    h = with_none(z)\n    n = len(z)\n"
        "    return [[h[i] * ((i == j) - h[j]) for j in range(n)] for i in range(n)]",
    ],
    "3.4": ["passed_back = np.array(right)"],
    "3.5": [
        "def from_both(z, A, a, B, b):\n    return softmax_vjp(z, a @ A) + softmax_vjp(z, b @ B)",
        "def from_both(z, A, a, B, b):\n    return softmax_jacobian(z) @ (A.T @ a + B.T @ b)",
    ],
    "3.6": [
        "def fixed(z, upstream):\n    J = (np.eye(len(z)) - shares(z)[:, None]) / z.sum()\n"
        "    return J.T @ upstream",
    ],
    "4.4": ["predicted = np.array(right)"],
    "4.5": [
        "def taught(z, t, p, T, share):\n    rows = zip(z, t, p)\n"
        "    return [(share * (softmax(a) - b) + (1 - share) * T * (softmax(a / T) - c)) / len(z)"
        " for a, b, c in rows]",
    ],
    "4.6": [
        "def fixed(z, t, beta):\n    h = softmax(z)\n    H = -(h * np.log(h)).sum()\n"
        "    return h - t + beta * h * (np.log(h) + H)",
    ],
    "5.4": ["output_is_enough = np.array(right)", "output_is_enough = [int(x) for x in right]"],
    "5.5": [
        "def softsign_back(a, upstream):\n"
        "    return np.where(a > 0, (1 - a) ** 2, (1 + a) ** 2) * upstream",
    ],
    "5.6": [
        "def fixed(z1, z2, upstream1, upstream2):\n"
        "    return [softmax_vjp(z1, upstream1), softmax_vjp(z2, upstream2)]",
    ],
    "6.4": ["outcomes = np.array(right)"],
    "6.5": [
        "def log_probability(z, inside):\n"
        "    m = z.max()\n    n = z[inside].max()\n"
        "    return n + np.log(np.exp(z[inside] - n).sum()) - m - np.log(np.exp(z - m).sum())",
        "def log_probability(z, inside):\n"
        "    return logsumexp(np.where(inside, z, -np.inf)) - logsumexp(z)",
    ],
    "6.6": [
        "def fixed(z, mask):\n    return softmax(np.where(mask, z, -np.inf))",
        "def fixed(z, mask):\n    h = np.zeros(z.shape)\n    for row, allowed, out in "
        "zip(z, mask, h):\n        out[allowed] = softmax(row[allowed])\n    return h",
    ],
    "7.4": ["right_digits = [x + 1 for x in right]", "right_digits = np.array(right) - 1"],
    "7.5": ["def combined(whole, half):\n    return half + (half - whole) / 3"],
    "7.6": ["convenient = [2 * x + 3 for x in right]", "convenient = np.array(right) / 1000"],
    "8.4": ["same_way = np.array(right)"],
    "8.5": [
        "def at_temperature(z, T, upstream):\n"
        "    return -sum(u @ row for u, row in zip(upstream, z)) / T**2",
    ],
    "8.6": ["def fixed(W, x, t, size):\n    return of_piece(W, x, t)"],
    "9.4": ["reached = np.array(right)"],
    "9.5": [
        "def at_the_values(Q, K, mask, upstream):\n"
        "    total = np.zeros((len(K), upstream.shape[1]))\n"
        "    for q, seen, u in zip(Q, mask, upstream):\n"
        "        total[seen] += np.outer(softmax(K[seen] @ q / np.sqrt(len(q))), u)\n"
        "    return total",
    ],
    "9.6": [
        "def fixed(q, K, V, tau, upstream):\n    z = K @ q / np.sqrt(len(q))\n"
        "    h, s = softmax(tau * z), V @ upstream\n    return (h * (s - h @ s) * z).sum()",
    ],
    "10.4": ["named = tuple(right)"],
    "10.5": [
        "def with_term(z, t, weight):\n    s = logsumexp(z)[:, None]\n    h = np.exp(z - s)\n"
        "    return (h * (1 + 2 * weight * s) - t) / z.shape[0]",
    ],
    "10.6": [
        "def fixed(W, x, t):\n    return x.T @ (model(W, x) - t) / len(x)",
    ],
}
