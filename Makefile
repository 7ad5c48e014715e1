# make demo       set up, build verified bundles from two real trained encoders, print tables of parity and accuracy
# make test       set up, check style and types, run the tests that take seconds
# make test-slow  the tests that take minutes
# make test-devices  the tests with stand-ins for devices: an aarch64 board under qemu behind sshd, a phone behind adbd;
#                 Debian x86-64 and root, installs what it needs into build/device-lab
# make test-android  the checks of android_demo without Android's SDK: compiles it, runs its tests, packs and reads an APK;
#                 Debian x86-64, JDK 17 and npm, installs what it needs into build/android-lab
# make test-ios   the checks of ios_demo without Xcode: compiles its package, runs its tests, checks style and project;
#                 Debian x86-64 and root, installs Swift (1.4 GB) into build/ios-lab
# make test-clients  the tests with other clients of a bundle's files: MediaPipe, optimum, transformers.js; x86-64 Linux, npm,
#                 installs them into build/client-lab
# make accuracy   write docs/accuracy.md anew: DATA=folder with the public test sets, see examples/accuracy.py
# make benchmark  time the artifacts beside what a user could pick instead, and write docs/performance.md anew: an hour
#                 (docs/estimates.md: .venv/bin/python -m benchmarks.estimates docs/estimates.md)
# make schema     write docs/manifest.schema.json and docs/device-work.schema.json anew from their types

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
DEMO := build/demo
# A test process for each core; each computes with one thread. Groups of tests begin in the order of tests/conftest.py.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

.PHONY: demo test test-slow test-devices test-android test-ios test-clients accuracy benchmark schema install clean

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
	$(PYTEST) -m 'not slow and not device and not android and not ios and not client'

test-slow: $(INSTALLED)
	$(PYTEST) -m 'slow and not device and not android and not ios and not client'

test-devices: $(INSTALLED)
	$(BIN)/python -m pytest -m device

test-android: $(INSTALLED)
	$(BIN)/python -m tests.android_lab
	$(BIN)/python -m pytest tests/android

test-ios: $(INSTALLED)
	$(BIN)/python -m tests.ios_lab
	$(BIN)/python -m pytest tests/ios

test-clients: $(INSTALLED)
	$(BIN)/python -m tests.client_lab
	$(PYTEST) -m client

accuracy: $(INSTALLED)
	test -n "$(DATA)" || { echo 'make accuracy needs DATA=folder: examples/accuracy.py says what it holds' >&2; exit 2; }
	PYTHONPATH=. $(BIN)/python examples/accuracy.py $(DATA) build/accuracy docs/accuracy.md

benchmark: $(INSTALLED)
	$(BIN)/python -m benchmarks build/benchmark docs/performance.md

schema: $(INSTALLED)
	$(BIN)/python -c 'import json; from edge.manifest import json_schema; \
	print(json.dumps(json_schema(), indent=2, sort_keys=True))' > docs/manifest.schema.json
	$(BIN)/python -c 'import json; from edge.devices.work import json_schema; \
	print(json.dumps(json_schema(), indent=2, sort_keys=True))' > docs/device-work.schema.json

clean:
	rm -rf $(VENV) build
