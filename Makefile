# Gatescope's commands; `make help` lists them. Nothing but make, a shell and Python 3.11 to 3.13 needs to be there.

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= 127.0.0.1

PIP := .venv/bin/python -m pip --disable-pip-version-check
# A server and a browser for each process of the tests: more than eight would be short of memory before they save time.
TESTS := .venv/bin/python -m pytest --checkers -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder
# make check: the commit since which things have changed, or the files that are taken for changed.
SINCE ?= HEAD
FILES ?=

.DEFAULT_GOAL := help
.PHONY: run test test-all check lint bench snapshots models messages ready browser clean help

run: .venv/for-app ## start the app and say its address (PORT=8502 moves it, ADDRESS=0.0.0.0 shares it)
	@exec .venv/bin/python .streamlit/serve.py --port "$(PORT)" --address "$(ADDRESS)"

test: browser ## check everything: unit, page and browser tests, and beside them lint, types, import directions and JavaScript
	@$(TESTS)

test-all: browser ## the same with all combinations, and what took longest
	@$(TESTS) -m "exhaustive or not exhaustive" --durations 30

check: browser ## check what a change can reach (SINCE=main names a commit, FILES="a.py b.js" files)
	@.venv/bin/python -m tests.checking --since "$(SINCE)" $(if $(FILES),--files $(FILES))

lint: .venv/for-tests ## check style, types, import directions and JavaScript
	@.venv/bin/python -m tests.checking.checkers

bench: .venv/for-tests browser ## measure how fast the cells and the pages are
	@.venv/bin/python -m tests.benchmarks

snapshots: .venv/for-tests browser ## take the pictures that the browser tests compare with anew
	@.venv/bin/python -m pytest tests/browser --retake -m "exhaustive or not exhaustive"

models: .venv/for-app ## train the models that are shipped anew, in a few minutes
	@.venv/bin/python -m cells.training.gallery

messages: .venv/for-tests ## bring the translation catalogues up to date with the code
	@pot=$$(mktemp) && \
	.venv/bin/pybabel -q extract --omit-header --add-location=file --sort-by-file --no-default-keywords -k N_ -k n_:1,2 -k say -k InputError -o "$$pot" cells pages && \
	for po in pages/shared/words/*.po; do \
	  .venv/bin/pybabel -q update --omit-header --no-fuzzy-matching --ignore-obsolete --width 120 \
	    -i "$$pot" -o "$$po" -l "$$(basename "$$po" .po)" || exit 1; \
	done; rm -f "$$pot"

# Steps of the commands above, for nobody to call. The first says why nothing can be run here, if so; the second
# installs a Chromium and a font with Korean letters.
ready:
	@sh tests/checking/ready.sh $(firstword $(MAKECMDGOALS))

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
	@began=$$(date +%s) && $(PIP) install -r requirements-dev.txt && \
	  echo "Installed in $$(($$(date +%s) - began)) s"
	@touch .venv/for-app $@

.venv/made: | ready
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Gatescope needs Python 3.11, 3.12 or 3.13; name one, for instance: PYTHON=python3.12 make run" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv
	@touch $@
