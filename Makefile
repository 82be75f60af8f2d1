# Gatescope's commands; `make help` lists them. Nothing but make, a shell and Python 3.11 to 3.13 needs to be there.

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= 127.0.0.1

PIP := .venv/bin/python -m pip --disable-pip-version-check
CHECKED := app.py cells pages tests .streamlit/serve.py

.DEFAULT_GOAL := help
.PHONY: run test test-all lint bench snapshots models messages browser clean help

run: .venv/for-app ## start the app and say its address (PORT=8502 moves it, ADDRESS=0.0.0.0 shares it)
	@exec .venv/bin/python .streamlit/serve.py --port "$(PORT)" --address "$(ADDRESS)"

test: lint browser ## check everything: lint, types, import directions, unit, page and browser tests
	@.venv/bin/python -m pytest

test-all: lint browser ## the same, with the exhaustive tests that `make test` leaves out
	@.venv/bin/python -m pytest -m "exhaustive or not exhaustive"

lint: .venv/for-tests ## check style, types and import directions
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy $(CHECKED)
	.venv/bin/lint-imports

bench: .venv/for-tests browser ## measure how fast the cells and the pages are
	@.venv/bin/python -m tests.benchmarks

snapshots: .venv/for-tests browser ## take the pictures that the browser tests compare with anew
	@.venv/bin/python -m pytest tests/browser --retake

models: .venv/for-app ## train the models that are shipped anew, in a few minutes
	@.venv/bin/python -m cells.training.gallery

messages: .venv/for-tests ## bring the translation catalogues up to date with the code
	@pot=$$(mktemp) && \
	.venv/bin/pybabel -q extract --omit-header --add-location=file --sort-by-file --no-default-keywords -k N_ -k say -k InputError -o "$$pot" app.py cells pages && \
	for po in pages/words/*.po; do \
	  .venv/bin/pybabel -q update --omit-header --no-fuzzy-matching --ignore-obsolete --width 120 \
	    -i "$$pot" -o "$$po" -l "$$(basename "$$po" .po)" || exit 1; \
	done; rm -f "$$pot"

# A step of the commands above, for nobody to call: installs a Chromium and a font with Korean letters.
browser: .venv/for-tests
	@sh tests/browser/install.sh .venv/bin/python

clean: ## remove what these commands have made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/browser/failures

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# A stamp inside .venv tells that a list of requirements is installed; it is older than the list once that changes.
.venv/for-app: requirements.txt | .venv/made
	$(PIP) install -r requirements.txt
	@touch $@

.venv/for-tests: requirements-dev.txt requirements.txt | .venv/made
	$(PIP) install -r requirements-dev.txt
	@touch .venv/for-app $@

.venv/made:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Gatescope needs Python 3.11, 3.12 or 3.13; name one, for instance: PYTHON=python3.12 make run" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv
	@touch $@
