# What people type. `make help` lists the targets.

PYTHON := .venv/bin/python
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make .venv and install what is missing
	@.ci/setup

run: setup ## plan the sample street office into out/ and open the window on it
	.venv/bin/bigmap demo --out out

test: setup ## all tests but the benchmarks
	$(PYTHON) -m pytest -q -n $(WORKERS) --dist loadgroup --ignore=tests/bench

lint: setup ## style, formatting, types, import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup ## let ruff mend what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## time the stages (tests/bench)
	$(PYTHON) -m pytest -q tests/bench -o python_files='bench_*.py test_*.py' --benchmark-enable --benchmark-only \
		--benchmark-columns=min,median,max,rounds

clean: ## remove results and caches, keep .venv
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks htmlcov .coverage
	find . -path ./.venv -prune -o -type d -name __pycache__ -exec rm -rf {} +
