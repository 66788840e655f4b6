"""Train the reader of rows with the right backward pass and with wrong ones, and store the runs.

    python benchmarks/attention_runs.py

writes two tables to softmax_lab/data/, in two to three minutes. Every run has the same first
weights, the same digits in the same order, the same learning rate, batches of 20: only what passes
back through attention differs, one of softmax_lab.training_attention.BACKWARD. The first 1,200
digits are for training, the last 597 are held out. A run whose numbers grow too large has no
further rows.

In the network ``whole`` every row of an image may attend to every row; in ``causal`` a row may
attend to itself and to those above it.

attention_runs.csv, one row for each network, run and epoch, epoch 0 before the first step:

    loss, accuracy                      cross-entropy and share of right answers, on the 1,200
    held_out_loss, held_out_accuracy    the same on the 597
    norm                                length of the gradient that the run follows, of the
                                        parameters of queries and keys: mean over the batches
    cosine                              of the angle between that gradient and the true one, from
                                        all 1,200; nan where one of them is 0: nothing is passed
                                        back, or every weight is 0 or 1
    largest_weight                      the largest weight of a query, mean over the 597 digits

attention_seeds.csv: the held-out accuracy after the last epoch, and which that was, for five seeds.
"""

import numpy as np

from softmax_lab import one_hot
from softmax_lab.digits import load_digits
from softmax_lab.training import batches, epoch, flat
from softmax_lab.training import right as error
from softmax_lab.training_attention import BACKWARD, row_reader
from training_runs import EPOCHS, FOLDER, TRAINING, gradients, scores

MASKS = {"whole": None, "causal": np.tri(8, dtype=bool)}
SEEDS = range(5)
OF_SCORES = slice(0, 4)  # among the parameters: weights and bias of queries and of keys
COLUMNS = "loss,accuracy,held_out_loss,held_out_accuracy,norm,cosine,largest_weight"


def states(name, mask, images, targets, seed=0, epochs=EPOCHS):
    """The network before training, and after each epoch, until its numbers grow too large."""
    rng = np.random.default_rng(seed)
    network = row_reader(rng, mask, BACKWARD[name])
    yield network
    for _ in range(epochs):
        try:
            epoch(network, images, targets, error, rng)
        except ValueError:  # a score, or a number before it, has overflowed
            return
        yield network


def followed(network, images, targets, vjp=None):
    """The gradient of queries and keys as one vector, by the network's backward pass or another."""
    reads = network.layers[0]
    kept = reads.vjp
    reads.vjp = vjp or kept
    found = flat(gradients(network, images, targets, error)[OF_SCORES])
    reads.vjp = kept
    return found


def norm(network, images, targets):
    """The length of the gradient of queries and keys: mean over the batches."""
    return np.mean(
        [
            np.linalg.norm(followed(network, images[chosen], targets[chosen]))
            for chosen in batches(np.arange(len(images)), 20)
        ]
    )


def cosine(network, images, targets):
    """The cosine of the angle between a run's gradient and the true one."""
    ours, true = (followed(network, images, targets, vjp) for vjp in (None, BACKWARD["right"]))
    lengths = np.linalg.norm(ours) * np.linalg.norm(true)
    return ours @ true / lengths if lengths else np.nan


def largest_weight(network, images):
    """How much of its attention a row gives to one row, mean over rows and images."""
    network.forward(images)
    return network.layers[0].h.max(axis=-1).mean()


def measures(network, images, labels):
    """A row of the table of runs."""
    x, held_out, t = images[:TRAINING], images[TRAINING:], one_hot(labels[:TRAINING], 10)
    return (
        *scores(network, x, labels[:TRAINING]),
        *scores(network, held_out, labels[TRAINING:]),
        norm(network, x, t),
        cosine(network, x, t),
        largest_weight(network, held_out),
    )


def at_the_end(name, mask, images, labels, seed):
    """The last epoch, and the held-out accuracy after it."""
    trained = states(name, mask, images[:TRAINING], one_hot(labels[:TRAINING], 10), seed)
    *before, last = (
        scores(network, images[TRAINING:], labels[TRAINING:])[1] for network in trained
    )
    return len(before), last


@np.errstate(over="ignore", invalid="ignore")  # some of the runs end that way
def main():
    images, labels = load_digits()
    t = one_hot(labels[:TRAINING], 10)
    runs, seeds = [f"network,run,epoch,{COLUMNS}"], ["network,run,seed,epoch,held_out_accuracy"]
    for network_name, mask in MASKS.items():
        for name in BACKWARD:
            for number, network in enumerate(states(name, mask, images[:TRAINING], t)):
                row = ",".join(f"{value:.4g}" for value in measures(network, images, labels))
                runs.append(f"{network_name},{name},{number},{row}")
            print(runs[-1], flush=True)
            for seed in SEEDS:
                number, accuracy = at_the_end(name, mask, images, labels, seed)
                seeds.append(f"{network_name},{name},{seed},{number},{accuracy:.4g}")
                print(seeds[-1], flush=True)
    for file, lines in (("runs", runs), ("seeds", seeds)):
        (FOLDER / f"attention_{file}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
