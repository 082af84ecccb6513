# Stepdown's commands. `make run` and `make test` need nothing but python3.11 (or newer) and make.

PYTHON ?= python3
PORT ?= 8000
N ?= 50
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-$(shell cksum < requirements.txt | tr -d ' ')
DEV_STAMP := $(VENV)/.dev-$(shell cksum < requirements-dev.txt | tr -d ' ')

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench storm faults fmt lock screenshots figures effort messages clean

help:
	@echo "make run          the demo clinic on http://127.0.0.1:$(PORT)"
	@echo "make test         the whole suite (ARGS='-k booking -x' passes on to pytest)"
	@echo "make check        lint, types, imports, migrations, deploy check, documents"
	@echo "make storm N=50   clients that race for one time, on gunicorn"
	@echo "make faults       kills, full disks, clock jumps, bad mail servers, in the middle of work"
	@echo "make bench        speed as ratios against a baseline of the same run"
	@echo "make fmt          format code and templates"
	@echo "make lock         refresh the pinned requirements"
	@echo "make messages     bring the catalogues of other languages in step with the code"
	@echo "make effort       touches and seconds of a first knee on a tablet"
	@echo "make screenshots  the pictures of the README"
	@echo "make figures      every drawing of an exercise on a sheet, light and dark"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Stepdown needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || \
		{ rm -rf $(VENV); echo "Python's venv module is missing. Install it with: apt install python3-venv"; exit 1; }

$(RUN_STAMP): requirements.txt | $(BIN)/python
	@echo "Installing what Stepdown needs (once) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@rm -f $(VENV)/.run-*; touch $@

$(DEV_STAMP): requirements-dev.txt | $(BIN)/python
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.dev-* $(VENV)/.run-*; touch $@ $(RUN_STAMP)

setup: $(RUN_STAMP)

run: $(RUN_STAMP)
	@PORT=$(PORT) $(BIN)/python scripts/run_demo.py

test: $(DEV_STAMP)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(DEV_STAMP)
	@sh scripts/check.sh

bench: $(DEV_STAMP)
	@$(BIN)/python scripts/bench $(ARGS)

storm: $(DEV_STAMP)
	@$(BIN)/python scripts/storm.py --clients $(N) $(ARGS)

faults: $(DEV_STAMP)
	@$(BIN)/python -m scripts.faults $(ARGS)

fmt: $(DEV_STAMP)
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .
	@$(BIN)/djlint templates --reformat --quiet || true

lock: $(DEV_STAMP)
	@$(BIN)/uv pip compile -q requirements.in -o requirements.txt --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url
	@$(BIN)/uv pip compile -q requirements-dev.in -o requirements-dev.txt --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url

screenshots: $(DEV_STAMP)
	@$(BIN)/python scripts/screenshots.py

figures: $(DEV_STAMP)
	@$(BIN)/python scripts/figures.py var/figures $(ARGS)

messages: $(DEV_STAMP)
	@$(BIN)/python scripts/messages.py

effort: $(DEV_STAMP)
	@$(BIN)/python scripts/effort.py

clean:
	@rm -rf $(VENV) var staticfiles
