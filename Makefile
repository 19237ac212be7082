# `make` alone lists the targets. Everything runs inside .venv, which `make setup` creates.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= auto
PIPELINES := sample multitrain feature_engineering retraining ab_testing model_comparison batch_prediction

# Telemetry of the tools that we run stays off.
export DO_NOT_TRACK := true
export MLFLOW_DISABLE_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all test-real test-image check lint types contracts fix export bench picture data matrix lock licences findings dist fresh-clone clean clean-registry

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## Create .venv and install what requirements.lock pins

$(READY): requirements.lock pyproject.toml kedro-flyte/pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh "$(PYTHON)"

run: $(READY) ## Run the sample flow: kedro run --pipeline sample
	@$(BIN)/kedro run --pipeline sample

test: $(READY) ## Run the tests, without the longest
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not long and not slow and not real and not image"

test-all: $(READY) ## Run all tests with coverage, each pod from nothing; CI runs this
	@$(BIN)/python -m pytest -n $(WORKERS) --start-afresh=pods --cov --cov-report=term

test-real: $(READY) ## Ask Flyte's own compiler about packages; needs Go (ALL=1: of all tests)
	@rm -rf .real/packages && mkdir -p .real/packages
	@$(if $(ALL),KEEP_PACKAGES="$(CURDIR)/.real/packages" $(BIN)/python -m pytest -n $(WORKERS))
	@$(BIN)/python -m pytest -m real -n 0 kedro-flyte/tests
	@cat .real/measures.txt 2>/dev/null || true

test-image: $(READY) ## Build the images of the tasks and run flows in them; needs podman, runc, debootstrap
	@$(BIN)/python -m pytest -m image -n 0

check: lint types contracts ## Check style, types, import contracts

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports

fix: $(READY) ## Mend style where a tool can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

export: $(READY) ## Write flows/ again from the pipelines
	@set -e; for pipeline in $(PIPELINES); do \
		$(BIN)/kedro flyte export --pipeline $$pipeline; \
		$(BIN)/kedro flyte export --pipeline $$pipeline --target domino; \
	done
	@$(BIN)/kedro flyte export --pipeline multitrain --target domino --env credit
	@$(BIN)/kedro flyte export --pipeline retraining --env production

bench: $(READY) ## Measure speed and memory; writes benchmarks/results. One: ONLY=sample
	@$(BIN)/python -m benchmarks $(ONLY)

picture: $(READY) ## Draw the README's picture of the lineage, with Chromium
	@$(BIN)/python scripts/picture.py

data: $(READY) ## Write data/01_raw again, from scikit-learn's Iris data
	@$(BIN)/python scripts/make_datasets.py

matrix: $(READY) ## Try kedro-flyte on its oldest and newest versions of Python, Kedro and flytekit
	@sh scripts/matrix.sh

lock: $(READY) ## Choose the newest versions that fit together; writes requirements.lock
	@sh scripts/lock.sh

licences: $(READY) ## Write docs/reference/licences.md from what the installed packages state
	@$(BIN)/python scripts/licences.py

findings: $(READY) ## Write the list in docs/reference/findings.md
	@$(BIN)/python scripts/findings.py

dist: $(READY) ## Build and check the wheels of the project and of the plugin; writes dist/
	@sh scripts/dist.sh

fresh-clone: ## Clone into a temporary folder and run the README's commands there
	@sh scripts/fresh_clone.sh

MADE := data/02_intermediate data/03_primary data/04_feature data/05_model_input data/06_models \
	data/07_model_output data/08_reporting .viz

clean: ## Remove what runs have made; keeps data/01_raw, MLflow's registry and .venv
	@git clean -qdfX $(MADE)
	@if [ -e mlflow.db ] || [ -e mlruns ]; then \
		echo "Kept: mlflow.db and mlruns, with all runs, registered models and the champion. \
	make clean-registry removes them."; \
	fi

clean-registry: ## Remove MLflow's runs, registered models and champion on this machine; asks before
	@printf 'Remove mlflow.db and mlruns, with all runs, models and the champion? Type yes: '; \
	read -r answer; [ "$$answer" = yes ] || { echo "Kept."; exit 1; }; \
	git clean -qdfX mlflow.db mlruns
