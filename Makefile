# `make dataset` builds the corpus, `make test` runs every check; both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin
PYTEST_WORKERS ?= 2

.PHONY: dataset test check-code browser-test bench torture lock clean

dataset: .venv/installed
	$(BIN)/corpus-builder build

test: .venv/installed check-code
	$(BIN)/corpus-builder validate
	$(BIN)/python -m pytest -q -n $(PYTEST_WORKERS) --dist loadgroup

check-code: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser-test: .venv/installed
	sh tests/browser/install.sh
	$(BIN)/python -m pytest -q tests/browser

# The long form of the kill, fault and bit-flip campaigns (docs/reliability.md).
torture: .venv/installed
	TORTURE=long $(BIN)/python -m pytest -q tests/faults

bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

.venv/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say which with PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q corpus_builder
	touch $@

# Locks name versions and hashes only: no index, no download address.
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet --custom-compile-command "make lock"
lock:
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --all-extras --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --all-extras --group dev --group bench -c requirements-dev.lock -o requirements-bench.lock

clean:
	rm -rf .venv dataset .dataset.work dataset.rejects.jsonl build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
