"""Train the network of lesson 8 with the right gradient and with wrong ones, and store the runs.

    python benchmarks/training_runs.py

writes three tables to softmax_lab/data/, in some ten seconds. Every run has the same first weights,
the same digits in the same order, the same learning rate: only the error at the logits differs,
one of softmax_lab.training.ERRORS. The first 1,200 digits are for training, the last 597 are held
out. A run that ends in nan has no further rows.

training_runs.csv, one row for each run and epoch, epoch 0 before the first step:

    loss, accuracy                      cross-entropy and share of right answers, on the 1,200
    held_out_loss, held_out_accuracy    the same on the 597
    norm_hidden, norm_output            length of the gradient that the run follows, of the first
                                        and of the second weight matrix: mean over the batches
    cosine                              of the angle between that gradient and the true one
    saturated                           share of the hidden units' outputs below 0.01 or above 0.99
    largest_logit                       the largest |z|

training_confusion.csv, ten rows for each run and epoch: how often each held-out ``digit`` was
answered with 0 to 9.

training_batches.csv: the held-out accuracy at the end, by the number of digits in a batch.

The tables are stored, and not made in the lesson, since an unstable run magnifies the last digits
of its sums, and these differ from processor to processor.
"""

import numpy as np

from softmax_lab import cross_entropy, measurements, one_hot, softmax
from softmax_lab.digits import load_digits
from softmax_lab.training import ERRORS, batches, classifier, epoch, flat

FOLDER = measurements.FOLDER
TRAINING = 1200  # digits; the rest is held out
EPOCHS = 30
BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 400]
SEED = 0


def states(error, images, targets, batch=20, epochs=EPOCHS):
    """The network before training, and after each epoch, until it ends in nan."""
    rng = np.random.default_rng(SEED)
    network = classifier(rng)
    yield network
    for number in range(1, epochs + 1):
        try:
            epoch(network, images, targets, error, rng, batch=batch)
        except ValueError as stop:
            print(f"{error.__name__}, batches of {batch}, stopped in epoch {number}: {stop}")
            return
        yield network


def gradients(network, images, targets, error):
    """The gradients that a run follows, from one batch."""
    network.backward(error(softmax(network.forward(images)), targets))
    return network.gradients


def norms(network, images, targets, error):
    """The lengths of the gradients of both weight matrices: means over the batches."""
    found = [
        [np.linalg.norm(g) for g in gradients(network, images[chosen], targets[chosen], error)[::2]]
        for chosen in batches(np.arange(len(images)), 20)
    ]
    return np.mean(found, axis=0)


def cosine(network, images, targets, error):
    """The cosine of the angle between a run's gradient and the true one."""
    followed, true = (
        flat(gradients(network, images, targets, e)) for e in (error, ERRORS["right"])
    )
    return followed @ true / np.linalg.norm(followed) / np.linalg.norm(true)


def scores(network, images, labels):
    """Loss and accuracy."""
    z = network.forward(images)
    return cross_entropy(z, labels), np.mean(z.argmax(axis=1) == labels)


def confusion(network, images, labels):
    """How often each digit, a row, was answered with each digit, a column."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, network.forward(images).argmax(axis=1)), 1)
    return counts


def saturated(network, images):
    """The share of the hidden units' outputs that are within 0.01 of an end."""
    h = images
    for layer in network.layers[:2]:
        h = layer.forward(h)
    return np.mean((h < 0.01) | (h > 0.99))


def accuracy_by_batch(error, split):
    """The held-out accuracy after the last epoch, for each size of batch."""
    for batch in BATCHES:
        *_, last = states(error, split[0], one_hot(split[1], 10), batch)
        yield scores(last, *split[2:])[1]


@np.errstate(over="ignore", divide="ignore", invalid="ignore")  # one of the runs ends that way
def main():
    images, labels = load_digits()
    split = images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:]
    x, targets = split[0], one_hot(split[1], 10)
    runs = ["run,epoch,loss,accuracy,held_out_loss,held_out_accuracy,norm_hidden,norm_output,"]
    runs[0] += "cosine,saturated,largest_logit"
    confusions = ["run,epoch,digit," + ",".join(f"answered_{k}" for k in range(10))]
    for name, error in ERRORS.items():
        for number, network in enumerate(states(error, x, targets)):
            row = *scores(network, *split[:2]), *scores(network, *split[2:])
            row += *norms(network, x, targets, error), cosine(network, x, targets, error)
            row += saturated(network, x), np.abs(network.forward(x)).max()
            runs.append(f"{name},{number}," + ",".join(f"{value:.4g}" for value in row))
            for digit, counts in enumerate(confusion(network, *split[2:])):
                confusions.append(f"{name},{number},{digit}," + ",".join(map(str, counts)))
        print(runs[-1], flush=True)
    compared = ("right", "missing_mean")
    columns = zip(*(accuracy_by_batch(ERRORS[name], split) for name in compared), strict=True)
    table = [",".join(("batch", *compared))]
    table += [f"{batch},{a:.4g},{b:.4g}" for batch, (a, b) in zip(BATCHES, columns, strict=True)]
    print(*table, sep="\n")
    for file, lines in (("runs", runs), ("confusion", confusions), ("batches", table)):
        (FOLDER / f"training_{file}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
