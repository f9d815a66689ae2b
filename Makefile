# What people type. `make help` lists the targets.

PYTHON := .venv/bin/python
WORKERS ?= 2
export PYTHONDONTWRITEBYTECODE := # bytecode is kept, or each command that a test starts compiles the package anew

.DEFAULT_GOAL := help
.PHONY: help setup run quick test slow lowest wheels lint format hooks bench clean
ROOMS := $(addprefix core/,clean coverage crs editing geometry operators sources units zoning) \
	commands io/vocabulary mapview session
QUICK := tests/unit/test_layout.py tests/unit/test_documentation.py $(addprefix tests/unit/,$(ROOMS)) tests/ui/widgets

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make .venv and install what is missing
	@.ci/setup

run: setup ## plan the sample street office into out/ and open the window on it
	.venv/bin/bigmap demo --out out

quick: setup ## import contracts and the tests that take no time, under a minute
	.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports
	$(PYTHON) -m pytest -q -n $(WORKERS) --dist worksteal -m "not slow and not web and not hypothesis" $(QUICK)

test: setup ## all tests but the slow ones and the benchmarks
	$(PYTHON) -m pytest -q -n $(WORKERS) --dist worksteal -m "not slow" --ignore=tests/bench

slow: setup ## the slow tests, and random tests with ten times as many examples
	$(PYTHON) -m pytest -q -n $(WORKERS) --dist worksteal -m "slow or hypothesis" --hypothesis-profile many \
		--ignore=tests/bench

lowest: setup ## the tests but the slow ones, with the lowest versions of all dependencies
	@.ci/lowest -n $(WORKERS) --dist worksteal -m "not slow" --ignore=tests/bench

wheels: setup ## ask for which systems and Pythons all dependencies have wheels
	@$(PYTHON) .ci/wheels.py

lint: setup ## style, formatting, types, import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup ## let ruff mend what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

hooks: setup ## check style, types and contracts before each commit
	.venv/bin/pre-commit install --config .ci/pre-commit.yaml

bench: setup ## time the stages (tests/bench)
	$(PYTHON) -m pytest -q tests/bench -o python_files='bench_*.py test_*.py' --benchmark-enable --benchmark-only \
		--benchmark-columns=min,median,max,rounds

clean: ## remove results and caches, keep .venv
	rm -rf .venv-lowest out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks htmlcov .coverage
	find . -path ./.venv -prune -o -type d -name __pycache__ -exec rm -rf {} +
