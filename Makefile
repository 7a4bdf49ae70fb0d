# `make quickstart` and `make test` work on a fresh clone: both install what they need into .venv first.
PYTHON ?= python3
PY := .venv/bin/python
OLDEST := build/oldest
ANNOUNCEMENT := import shutil; free = shutil.disk_usage(".").free / 1e9; \
	print(f"installing into .venv: up to 8 GB, and this disk has {free:.1f} GB free; it takes some minutes")

.PHONY: install quickstart test test-all test-oldest lint docs gpu-check clean

install: .venv/installed

.venv/installed: pyproject.toml
	@$(PYTHON) -c '$(ANNOUNCEMENT)'
	test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --editable ".[dev]"
	touch $@

.venv/installed-docs: .venv/installed
	$(PY) -m pip install --quiet --editable ".[docs]"
	touch $@

quickstart: install
	$(PY) recipes/quickstart.py

test: install
	$(PY) -m pytest

# with the tests that take minutes, such as one body of every family of timm
test-all: install
	$(PY) -m pip install --quiet --editable ".[dev,browser,docs,notebooks]"
	$(PY) -m pytest -m ""

# the plain suite with the oldest releases that pyproject.toml allows: make test-oldest PYTHON=python3.10
test-oldest:
	test -x $(OLDEST)/bin/python || $(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet uv
	$(OLDEST)/bin/uv pip compile --quiet --python $(OLDEST)/bin/python --resolution lowest-direct \
		--extra dev --extra app --extra formats --output-file $(OLDEST)/releases.txt pyproject.toml
	$(OLDEST)/bin/uv pip install --quiet --python $(OLDEST)/bin/python --requirement $(OLDEST)/releases.txt
	$(OLDEST)/bin/uv pip install --quiet --python $(OLDEST)/bin/python --no-deps --editable .
	$(OLDEST)/bin/python -m pytest

lint: install
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# the documentation as a site: build/site/index.html; once its generator is installed, neither needs a network
docs: .venv/installed-docs
	$(PY) docs/pages.py build/docs
	$(PY) -m sphinx --fail-on-warning --quiet -c docs build/docs build/site

# what a GPU computes, how fast, and what happens where its memory ends; without one, tiny networks on the processor
gpu-check: install
	$(PY) recipes/gpu_check.py

# what can be made again: the environment, the practice set, caches. Trained models and everything else in runs/ stay.
clean:
	rm -rf .venv data/sample data/.cache build
