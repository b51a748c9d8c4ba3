# Everything a person needs, by name. `make help` lists it.
#
# WAYMARK_STATE_DIR, WAYMARK_PORT_TEMPORAL, WAYMARK_PORT_UI, WAYMARK_PORT_SIMULATOR and the other
# settings are read from the environment, or given on the command line: make run WAYMARK_PORT_UI=8300

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
# The steps of a target build on one another; a stray -j must not mix them.
.NOTPARALLEL:

BIN := .venv/bin
ROOMS := activities cli config console local pathway records simulator workers workflows
PYTEST := $(BIN)/python -m pytest

.PHONY: help
help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start everything: Temporal, its UI, the database, worker, console, simulated phones
	@sh local/install.sh runtime
	@exec $(BIN)/python -m local run

.PHONY: demo
demo: server ## live the examples' courses in minutes, and write their diary
	@exec $(BIN)/python -m local demo

.PHONY: picture
picture: server ## photograph the Temporal UI into docs/pictures (needs a chromium)
	@exec $(BIN)/python -m local picture

.PHONY: test
test: lint server ## lint, then all tests but the long matrix of faults (15 minutes at most)
	$(PYTEST) -m "not chaos and not record" -n 2 --dist loadfile

.PHONY: chaos
chaos: server ## the long matrix of faults: kills, outages, races
	$(PYTEST) -m chaos --timeout=1800

.PHONY: histories
histories: server ## record the stored histories anew, when a journey's shape changes on purpose
	$(PYTEST) -m record tests/replay

.PHONY: bench
bench: ## measure everything, two hours on two cores (PART=journey: one part; WRITE=--write: the docs)
	@sh local/install.sh bench
	$(if $(PART),,$(BIN)/python -m bench events $(WRITE))
	$(BIN)/python -m bench $(PART) $(WRITE)

.PHONY: lint
lint: dev ## style, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(ROOMS) bench tests
	@if grep -q '^\[tool.importlinter\]' pyproject.toml; then echo lint-imports; $(BIN)/lint-imports; fi

.PHONY: server
server: dev ## get the Temporal server that tests run on, once per user and version
	@$(BIN)/python -m local server

.PHONY: lock
lock: ## renew locks/ from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer releases)
	@command -v uv >/dev/null || { echo "uv, which writes the lock files, is not installed." \
		"Install uv, then run 'make lock' again."; exit 1; }
	$(LOCK) --extra build -o locks/runtime.txt pyproject.toml
	$(LOCK) --extra build --extra dev -c locks/runtime.txt -o locks/dev.txt pyproject.toml
	$(LOCK) --extra build --extra dev --extra bench -c locks/dev.txt -o locks/bench.txt pyproject.toml

# Versions and hashes only: where packages come from is the machine's business.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)

.PHONY: clean
clean: ## remove the virtual environment and caches; journeys in the state folder stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: dev
dev:
	@sh local/install.sh dev
