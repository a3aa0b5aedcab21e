# Three targets do everything on a machine that has Python 3.11 or later, make and git:
#   make demo   install the core (no torch), simulate a walker, estimate, write a report
#   make test   install what the tests need, run all of them
#   make docs   build the pages into build/docs; a broken link or reference is an error
# Stamp files inside .venv make a second run start at once; `make clean` forgets them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq -c constraints.txt
REPORT := demo-report

.PHONY: help demo test check docs viewer clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.core
	@echo "== demo: a simulated walker, its sensors, and the angles found from them"
	@rm -rf $(REPORT)
	@$(BIN)/kinefuse demo --out $(REPORT)
	@echo "== the report: $(CURDIR)/$(REPORT)/report.html"

test: $(VENV)/.test
	@echo "== tests: all of them, a file to each core; what needs recordings that are not here is skipped by name"
	@$(BIN)/python -m pytest -rs -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.test
	@echo "== style, types and the direction of imports"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache

viewer:
	@echo "== building the page to watch from viewer/ (needs Node 20)"
	@cd viewer && npm ci --no-audit --no-fund && npm run check && npm test && npm run build

docs: $(VENV)/.test
	@echo "== pages: $(CURDIR)/build/docs/index.html"
	@$(BIN)/sphinx-build -E -a -W --keep-going -q -b html docs build/docs

clean:
	@echo "== removing $(VENV) and $(REPORT)"
	@rm -rf $(VENV) $(REPORT)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kinefuse needs Python 3.11 or later; say 'make PYTHON=python3.11 ...'." >&2; exit 2; }
	@echo "== making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.core: $(VENV)/.made pyproject.toml constraints.txt
	@echo "== installing kinefuse into $(VENV) (a minute or two the first time)"
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.core
	@echo "== installing what the tests need: torch, OpenSim, the linters (some minutes the first time)"
	@$(PIP) -e '.[test]'
	@touch $@
