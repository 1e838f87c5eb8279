# `make run` and `make test` need only make and Python 3.11 to 3.13; they keep to .venv.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=
JOBS ?= 2
MODELS ?= rules crf majority annotator_a annotator_b
TORCH := $(shell sed -n 's/^torch = \["\(.*\)"\].*/\1/p' pyproject.toml)
CPU_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: run run-all test lint types contracts check clean
.DELETE_ON_ERROR:

run: $(VENV)/.run
	$(PY) -m benchmark run $(MODELS) $(ARGS)

run-all: $(VENV)/.all
	$(PY) -m benchmark run all --jobs $(JOBS) $(ARGS)

test: $(VENV)/.test
	$(PY) -m pytest -n auto --dist loadfile $(ARGS)

lint: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/.test
	$(VENV)/bin/mypy

contracts: $(VENV)/.test
	$(VENV)/bin/lint-imports

check: lint types contracts test

$(PY):
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

# PyTorch first: on Linux without an NVIDIA GPU from PyTorch's own index of CPU builds, where that can be reached; else as pip finds it.
$(VENV)/.torch: pyproject.toml | $(PY)
	@if [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null 2>&1 && \
	    $(PY) -c 'import urllib.request as u; u.urlopen("$(CPU_INDEX)/torch/", timeout=4)' 2>/dev/null; \
	then $(PY) -m pip install --quiet --index-url $(CPU_INDEX) '$(TORCH)'; \
	else $(PY) -m pip install --quiet '$(TORCH)'; fi
	@touch $@

$(VENV)/.run: pyproject.toml | $(PY)
	$(PY) -m pip install --quiet --editable .
	@touch $@

$(VENV)/.all: pyproject.toml | $(PY) $(VENV)/.torch
	$(PY) -m pip install --quiet --editable '.[spacy,transformers,llm]'
	@touch $@ $(VENV)/.run

$(VENV)/.test: pyproject.toml | $(PY) $(VENV)/.torch
	$(PY) -m pip install --quiet --editable '.[spacy,transformers,llm,report,ray,dev]'
	@touch $@ $(VENV)/.all $(VENV)/.run

clean:
	rm -rf $(VENV)
