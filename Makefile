# make demo       set up, build verified bundles from two real trained encoders, print tables of parity and accuracy
# make test       set up, check style and types, run the tests that take seconds
# make test-slow  the tests that take minutes
# make accuracy   write docs/accuracy.md anew: DATA=folder with the public test sets, see examples/accuracy.py
# make benchmark  time the artifacts beside what a user could pick instead, and write docs/performance.md anew: an hour
# make schema     write docs/manifest.schema.json anew from edge/manifest.py

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
DEMO := build/demo

.PHONY: demo test test-slow accuracy benchmark schema install clean

# torch first and pinned: any other order lets pip take the build with gigabytes of CUDA packages.
$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[build,demo,test]'
	touch $(INSTALLED)

install: $(INSTALLED)

demo: $(INSTALLED)
	$(BIN)/python examples/demo.py $(DEMO)

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m 'not slow'

test-slow: $(INSTALLED)
	$(BIN)/python -m pytest -m slow

accuracy: $(INSTALLED)
	test -n "$(DATA)" || { echo 'make accuracy needs DATA=folder: examples/accuracy.py says what it holds' >&2; exit 2; }
	PYTHONPATH=. $(BIN)/python examples/accuracy.py $(DATA) build/accuracy docs/accuracy.md

benchmark: $(INSTALLED)
	$(BIN)/python -m benchmarks build/benchmark docs/performance.md

schema: $(INSTALLED)
	$(BIN)/python -c 'import json; from edge.manifest import json_schema; \
	print(json.dumps(json_schema(), indent=2, sort_keys=True))' > docs/manifest.schema.json

clean:
	rm -rf $(VENV) build
