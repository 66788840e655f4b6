"""Measure softmax_lab beside SciPy, scikit-learn, PyTorch and JAX: what `make bench` runs.

    python benchmarks/numerics.py                 everything, in less than four minutes
    python benchmarks/numerics.py exactness       one table: speed, exactness, memory or attention

prints the tables, each figure beside its goal, and writes them to benchmarks/results/ as CSV;
with everything measured, as a picture too.
"""

import os
import sys

os.environ.update(
    dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")
)

import attending
import exactness
import memory
import peers
import report
import speed

TABLES = {
    "speed": (speed.measure, report.show_speed),
    "exactness": (exactness.measure, report.show_exactness),
    "memory": (memory.measure, report.show_memory),
    "attention": (attending.measure, report.show_attention),
}


def main():
    chosen = sys.argv[1:] or list(TABLES)
    if not set(chosen) <= set(TABLES):
        sys.exit(f"usage: python benchmarks/numerics.py [{'|'.join(TABLES)} ...]")
    libraries, missing = peers.installed()
    machine = report.machine(libraries)
    for what, which in machine:
        print(f"{what:14}{which}")
    for name in missing:
        print(f"{name:14}not installed: left out")
    figures = {}
    for name in chosen:
        measure, show = TABLES[name]
        figures[name] = list(measure(libraries))
        show(figures[name])
        report.write_csv(name, figures[name])
    report.show_goals(figures)
    if set(chosen) == set(TABLES):
        import picture

        picture.write(figures["speed"], figures["exactness"], machine)


if __name__ == "__main__":
    main()
