# The course's commands. `make lab` is the one a student needs; `make help` lists them all.
#   PY=python3.12            another Python to make .venv with (3.11 or newer)
#   ARGS="--no-browser"      more arguments for JupyterLab
#   WORK=folder              where the student's own copies live
#   CONSTRAINTS=/dev/null    the newest versions of everything instead of those the course was tested with

PY ?= python3
WORK ?= my_work
CONSTRAINTS ?= constraints.txt
ARGS ?=

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := PYTHONWARNINGS=ignore $(PYTHON) -m pip --disable-pip-version-check install --quiet
PYTEST := $(PYTHON) -m pytest
NBVAL := $(PYTEST) --nbval --nbval-current-env --nbval-sanitize-with authoring/nbval_sanitize.cfg \
	--nbval-cell-timeout 120 -n 2 --dist loadscope -p no:cacheprovider lectures solutions

# The kernels run in .venv whatever else is installed; what validation runs leaves no trace in anyone's record.
export JUPYTER_PREFER_ENV_PATH := 1
test test-cpu parity first-edition: export NLM_PROGRESS := :memory:
test test-cpu parity first-edition: export TQDM_DISABLE := 1
test parity first-edition: export OMP_NUM_THREADS := 1

.PHONY: help lab copy build test test-cpu parity first-edition constraints clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/lab.stamp copy ## open the course in JupyterLab (installs it first, refreshes my_work/)
	@$(PYTHON) -m jupyter lab "$(WORK)/00_start_here.ipynb" --ip=127.0.0.1 --log-level=WARN \
		--LabApp.default_url=/lab/tree/00_start_here.ipynb $(ARGS)

copy: $(VENV)/lab.stamp
	@$(PYTHON) -m authoring.student_copy --to "$(WORK)"

build: $(VENV)/test.stamp ## build the notebooks of the texts that changed
	@$(PYTHON) -m authoring.build

test: $(VENV)/test.stamp ## everything: style, tests, and every output of every notebook compared
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet . || { echo "run: $(PYTHON) -m ruff format ."; exit 1; }
	@$(PYTEST) -n 2 --dist loadfile --ignore tests/parity --ignore tests/first_edition tests
	@$(NBVAL)

# What the notebooks print must not depend on the processor: the same comparison with the fast paths of torch, MKL,
# OpenBLAS and NumPy (those that this machine has) switched off, on two threads.
test-cpu: $(VENV)/test.stamp ## the notebooks again, as another processor would run them
	@ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE OPENBLAS_CORETYPE=Nehalem OMP_NUM_THREADS=2 \
	NPY_DISABLE_CPU_FEATURES="$$($(PYTHON) -c "import numpy; print(*numpy.show_config('dicts')['SIMD Extensions'].get('found', []))")" \
	$(NBVAL)

first-edition: $(VENV)/test.stamp ## the 3911 mistakes that the first edition knew, told today's course
	@$(PYTEST) -n 2 --dist load tests/first_edition

parity: $(VENV)/parity.stamp ## compare with references that nobody here wrote
	@$(PYTEST) tests/parity

constraints: $(VENV)/parity.stamp ## pin the versions that are installed now
	@$(PYTHON) -m authoring.constraints

clean: ## remove .venv and caches; my_work/ stays
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis *.egg-info

$(VENV)/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "The course needs Python 3.11 or newer, and '$(PY)' is not. Try: make PY=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python lacks venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PY) -m venv $(VENV)

define install
	@echo "Installing the course into $(VENV) ..."
	@$(PIP) -e "$(1)" -c "$(CONSTRAINTS)" || \
		{ echo "The pinned versions do not install here. Try: make CONSTRAINTS=/dev/null $(MAKECMDGOALS)"; exit 1; }
	@touch $@
endef

$(VENV)/lab.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(call install,.)
	@$(PYTHON) -m jupyter labextension disable "@jupyterlab/apputils-extension:announcements" >/dev/null 2>&1 || true

$(VENV)/test.stamp: pyproject.toml constraints.txt $(VENV)/lab.stamp
	$(call install,.[test])

$(VENV)/parity.stamp: pyproject.toml constraints.txt $(VENV)/test.stamp
	$(call install,.[test$(comma)parity])

comma := ,
