# make env | demo | test | test-all | lint | docs        each makes .venv itself where it is missing
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin

# Tests on real catalogues run where there are any: GERGO_DATA names their folder.
export GERGO_DATA ?= $(abspath $(wildcard ../shared/data))

# Debian packages for the tests of pages (a browser) and of translation; tests that lack theirs are skipped and named.
DEBIAN_PACKAGES := chromium apertium apertium-eng-cat apertium-cat-ita wordnet-base fonts-dejavu-core

.PHONY: env demo test test-all lint docs
.DEFAULT_GOAL := test

env: .venv/ready

.venv/ready: .venv/python-ready .venv/debian-ready
	@touch $@

# torch first: a plain `torch` asked for by another package would take the newest build there is.
.venv/python-ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

.venv/debian-ready: | .venv/python-ready
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    dpkg --status $(DEBIAN_PACKAGES) >/dev/null 2>&1 \
	    || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
	         $(DEBIAN_PACKAGES) >/dev/null; } \
	    || echo 'Debian packages could not be installed; the tests that need them will be skipped.'; \
	else \
	    echo 'Not root on Debian: the tests that need $(DEBIAN_PACKAGES) are skipped where these are missing.'; \
	fi
	@touch $@

demo: env
	$(BIN)/gergo quickstart work/quickstart

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

# -ra: what was skipped, and why, is listed at the end.
test: lint
	$(BIN)/python -m pytest

test-all: lint
	$(BIN)/python -m pytest -m 'slow or not slow'

# Pages that are written from the code itself; a test says when they are out of date.
docs: env
	$(BIN)/python docs/generate_commands.py
