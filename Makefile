# make lab        JupyterLab on the lessons
# make test       every test there is
# make bench      speed, exactness and memory beside SciPy, scikit-learn, PyTorch and JAX
# make latency    the explorer in JupyterLab, beside Matplotlib and SVG drawn by the kernel
# make notebooks  run the lessons and store their outputs
# make pages      the lessons as HTML pages with living explorers, in build/pages
# make nbgrader   write the exercises as homework for nbgrader, into build/nbgrader
# make js         format, lint and test the explorers' JavaScript (ARGS=--fix writes)
# make lock       choose new versions of everything
# make clean      remove .venv and .venv-bench

PYTHON ?= python3
BIN := .venv/bin
# Jupyter refuses to run as root, as one is in many containers, unless told that it is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test bench latency notebooks pages nbgrader js lock clean lab-venv test-venv bench-venv

lab: lab-venv
	@echo "softmax_lab: starting JupyterLab; stop it with Ctrl-C, twice"
	$(BIN)/jupyter lab --notebook-dir=notebooks $(AS_ROOT) $(ARGS)

test: test-venv
	$(BIN)/python tools/chromium.py
	$(BIN)/python tools/web_files.py
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python tools/js.py
	$(BIN)/python -m pytest -n auto $(ARGS)

bench: bench-venv
	.venv-bench/bin/python benchmarks/diagnosis.py
	.venv-bench/bin/python benchmarks/numerics.py $(ARGS)

latency: test-venv
	$(BIN)/python tools/chromium.py
	$(BIN)/python benchmarks/latency.py

notebooks: test-venv
	$(BIN)/python tools/notebooks.py $(ARGS)

pages: test-venv
	$(BIN)/python tools/pages.py $(ARGS)

nbgrader: test-venv
	$(BIN)/python tools/homework.py $(ARGS)

js: test-venv
	$(BIN)/python tools/js.py $(ARGS)

lock:
	$(PYTHON) tools/lock.py

clean:
	rm -rf .venv .venv-bench

lab-venv test-venv bench-venv: %-venv:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "softmax_lab: $(PYTHON) was not found."; \
	  echo "On Debian and Ubuntu: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) tools/install.py $*
