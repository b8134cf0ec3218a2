# `make review` and `make test` are all a newcomer needs; everything lands in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: review katas test check snapshots properties kills benchmarks clean

review: $(VENV)/.base  ## install the base and open today's review
	@$(BIN)/quizzer review

katas: $(VENV)/.katas  ## install what grades katas: PyTorch for the CPU, and pytest
	@$(BIN)/python -c 'import importlib.util as u, sys; sys.exit(not (u.find_spec("torch") and u.find_spec("pytest")))' || \
	  { echo "Installing PyTorch into $(VENV) again ..."; $(PIP) -e '.[katas]'; }
	@$(BIN)/quizzer kata

test: $(VENV)/.dev  ## install everything and pass the whole suite
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.dev  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

snapshots: $(VENV)/.dev  ## keep every screen as it looks now; look at the changes before you commit them
	rm -rf .snapshots tests/tui/__snapshots__
	RENEW_SNAPSHOTS=1 $(BIN)/python -m pytest -q -n auto --dist worksteal tests/tui/test_snapshots.py -k looks

properties: $(VENV)/.dev  ## draw other examples for every property, ten times
	for round in 1 2 3 4 5 6 7 8 9 10; do \
	  $(BIN)/python -m pytest -q -n auto --dist worksteal -m hypothesis --hypothesis-profile=drawn || exit 1; done

kills: $(VENV)/.dev  ## a thousand kills at random moments, and disks of every size: nothing may be lost
	$(BIN)/python -m tests.integration.processes.kills 1000
	folder=$$(mktemp -d) && $(BIN)/python -m tests.integration.processes.import_ends kill 200 $$folder && rm -r $$folder
	DISK_STRIDE=1 $(BIN)/python -m pytest tests/integration/processes/test_full_disk.py

benchmarks: $(VENV)/.dev  ## measure, each figure beside its yardstick
	$(BIN)/python tests/benchmarks/run.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "quizzer needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.base: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing quizzer into $(VENV) (once) ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.katas: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing PyTorch into $(VENV) (once; some 200 MB) ..."
	@$(PIP) -e '.[katas]'
	@touch $@ $(VENV)/.base

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing quizzer with its test tools into $(VENV) (once) ..."
	@$(PIP) -e '.[dev,katas]'
	@touch $@ $(VENV)/.base $(VENV)/.katas

clean:
	rm -rf $(VENV) .snapshots .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
