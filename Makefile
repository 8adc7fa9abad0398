# One set of commands for people and for CI. `make run` and `make test` install what they need.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run test lint fix index clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
JOBS ?= 2# processes that run the tests, but for those with a browser, which would starve each other
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input
# What pip says about its configuration is nobody's business; an empty rest is no error.
TERSE := { grep -Ev '^(Looking in |Requirement already satisfied|WARNING: Location )' || true; }

help:
	@echo "make run      install, build the index of corpus/ when there is none, serve the page"
	@echo "make test     install what tests need; lint, tests, score gate"
	@echo "make install  only install        make lint / fix   check / repair style"
	@echo "make index    index corpus/ again make clean        drop caches and the index"

install: $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "Installing (the first time takes some minutes) ..."
	@$(PIP) -r requirements.txt 2>&1 | $(TERSE)
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt $(VENV)/.installed
	@$(PIP) -r requirements-dev.txt 2>&1 | $(TERSE)
	@touch $@

run: install
	@$(BIN)/python app.py --host $(HOST) --port $(PORT)

index: install
	@$(BIN)/python cli.py index corpus

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy . --exclude '^(\.venv|build|tests)/'

fix: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	@PYTHON=$(BIN)/python bash tests/get_browser.sh
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m 'not browser'
	$(BIN)/python -m pytest -m browser
	$(BIN)/python -m eval gate

clean:
	rm -rf .youju/index .youju/evaluations .pytest_cache .mypy_cache .ruff_cache .hypothesis
