# Every target sets up all it needs: a virtual environment with this checkout and its tools.
# Needed beforehand: Python 3.11 or newer with the venv module. `make PYTHON=...` chooses one.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint bench fuzz clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Ground truth for `make bench`, which is no part of this repository; what is not there is left out.
TWIN_CASES ?= ../shared/twins/cases
APP_CASES ?= ../shared/apps/cases

# The first interpreter that is new enough and can make environments; the usual one is tried first.
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

help:
	@echo "make demo    the main job: the reference program before and after, timed side by side"
	@echo "make test    the tests"
	@echo "make lint    ruff and mypy"
	@echo "make bench   every figure in docs/benchmarks.md, as far as the cases are at hand; fetches what it measures"
	@echo "make fuzz    scan what nobody would call good input, convert the standard library and a hundred packages; hours"
	@echo "make clean   remove what the others made"

demo: $(STAMP)
	@$(BIN)/python bench/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python bench/demo.py
	$(BIN)/python bench/scan.py --json build/scan.json
	$(BIN)/python bench/scan.py --bed --show misses --json build/bed.json
	@if [ -d "$(APP_CASES)" ]; then set -ex; \
	    $(BIN)/python bench/apps.py --audit --show --cases "$(APP_CASES)" --json build/audit.json; \
	    for level in native offload; do \
	        $(BIN)/python bench/apps.py td-watson tldextract --imports --level $$level --cases "$(APP_CASES)" \
	            --json build/apps-$$level.json; \
	    done; \
	else echo "apps: no cases in $(APP_CASES), left out (make bench APP_CASES=...)"; fi
	@if [ -d "$(TWIN_CASES)" ]; then set -ex; \
	    $(BIN)/python bench/twins.py --cases "$(TWIN_CASES)" --json build/twins.json; \
	else echo "twins: no cases in $(TWIN_CASES), left out (make bench TWIN_CASES=...)"; fi
# These fall short of their limits, which make says and goes on.
	-$(BIN)/python bench/speed.py --json build/speed.json
	-@if [ -d "$(TWIN_CASES)" ]; then set -ex; \
	    $(BIN)/python bench/twins.py --tests --cases "$(TWIN_CASES)" --json build/twin-tests.json; fi

fuzz: $(STAMP)
	$(BIN)/python bench/fuzz.py --json build/fuzz.json
	$(BIN)/python bench/convert_fuzz.py --json build/convert_fuzz.json

clean:
	rm -rf build dist $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
	    for name in $(CANDIDATES); do \
	        if "$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then python="$$name"; break; fi; \
	    done; \
	fi; \
	if [ -z "$$python" ]; then \
	    echo "aioport needs Python 3.11 or newer, and none of $(CANDIDATES) is; make PYTHON=... names another" >&2; \
	    exit 1; \
	fi; \
	if ! "$$python" -c '$(NEW_ENOUGH)'; then \
	    echo "aioport needs Python 3.11 or newer, and $$python is older or does not start" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$python cannot make virtual environments; on Debian: apt install python3-venv" >&2; exit 1; \
	fi; \
	"$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
