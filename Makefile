# make lab        JupyterLab on your copy of the lessons, my-notebooks
# make renew      take the lessons that are newer than your copy, with your answers carried over
# make test       every test there is
# make quick      the tests that need neither a browser nor a run of the lessons, in a minute
# make mutants    make every small mistake there is in the mathematics and the judges; do tests fail?
# make check      how far you are with the exercises
# make clinic     diagnose a function of yours: make clinic FILE=my_file.py:my_function ROLE=jacobian
# make bench      speed, exactness and memory beside SciPy, scikit-learn, PyTorch and JAX
# make latency    the explorer in JupyterLab, beside Matplotlib and SVG drawn by the kernel
# make notebooks  run the lessons and store their outputs
# make site       the lessons as a site with living explorers, in build/site
# make weight     what a page of the site weighs, and how soon it is there on a slow phone
# make slides     a deck a lesson, two lectures and polls, in build/slides
# make handouts   two pages a lesson to print, and notebooks without solutions, in build/handouts
# make nbgrader   write the homework as a course for nbgrader, into build/nbgrader
# make engines    the explorers in Firefox and WebKitGTK, where these are or apt can install them
# make hub-test   a JupyterHub of this machine alone, with two students in it (deploy/)
# make js         format, lint and test the explorers' JavaScript (ARGS=--fix writes)
# make lock       choose new versions of everything
# make clean      remove .venv, .venv-bench and .venv-hub

PYTHON ?= python3
BIN := .venv/bin
# Says what a step is, and how long it took.
STEP := $(BIN)/python tools/step.py

# Or each of some hundred Pythons would compile the package, and its tests, anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab test quick mutants check clinic bench latency engines notebooks site weight slides \
	handouts nbgrader js lock clean \
	lab-venv test-venv bench-venv
.PHONY: renew hub-test hub-venv

lab: lab-venv
	@$(BIN)/python tools/lab.py $(ARGS)

renew: lab-venv
	@$(BIN)/python tools/my_notebooks.py --renew $(ARGS)

test: test-venv
	@$(STEP) "Chromium" $(BIN)/python tools/chromium.py
	@$(STEP) "files for web pages" $(BIN)/python tools/web_files.py
	@$(STEP) "ruff check" $(BIN)/ruff check
	@$(STEP) "ruff format" $(BIN)/ruff format --check
	@$(STEP) "JavaScript" $(BIN)/python tools/js.py
	@$(STEP) "pytest" $(BIN)/python -m pytest -n auto $(ARGS)

quick: test-venv
	@$(STEP) "ruff check" $(BIN)/ruff check
	@$(STEP) "ruff format" $(BIN)/ruff format --check
	@$(STEP) "pytest" $(BIN)/python -m pytest -n auto -m quick $(ARGS)

mutants: test-venv
	$(BIN)/python tools/mutants.py $(ARGS)

check: lab-venv
	@$(BIN)/python tools/my_notebooks.py --progress $(FILES)

clinic: lab-venv
	@$(BIN)/python -m softmax_lab.clinic $(FILE) $(if $(ROLE),--role $(ROLE)) $(ARGS)

bench: bench-venv
	.venv-bench/bin/python benchmarks/diagnosis.py
	.venv-bench/bin/python benchmarks/numerics.py $(ARGS)

latency: test-venv
	$(BIN)/python tools/chromium.py
	$(BIN)/python benchmarks/latency.py

engines: test-venv
	$(BIN)/python tools/engines.py

notebooks: test-venv
	$(BIN)/python tools/notebooks.py $(ARGS)

site: test-venv
	@$(BIN)/python tools/make_site.py $(ARGS)

weight: site
	@$(BIN)/python tools/chromium.py
	@$(BIN)/python benchmarks/weight.py

slides: test-venv
	$(BIN)/python tools/make_slides.py $(ARGS)

handouts: test-venv
	@$(BIN)/python tools/chromium.py
	$(BIN)/python tools/make_handouts.py $(ARGS)

nbgrader: test-venv
	$(BIN)/python tools/homework.py $(ARGS)

hub-test: test-venv hub-venv
	@$(STEP) "Chromium" $(BIN)/python tools/chromium.py
	@$(STEP) "the hub's proxy" .venv-hub/bin/python deploy/proxy.py
	@$(STEP) "pytest" $(BIN)/python -m pytest -n 0 deploy/test_hub.py $(ARGS)

js: test-venv
	$(BIN)/python tools/js.py $(ARGS)

lock:
	$(PYTHON) tools/lock.py

clean:
	rm -rf .venv .venv-bench .venv-hub

lab-venv test-venv bench-venv hub-venv: %-venv:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "softmax_lab: $(PYTHON) was not found."; \
	  echo "On Debian and Ubuntu: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) tools/install.py $*
