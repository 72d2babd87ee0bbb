# The only door: what a person does here, and what CI does, is one of these.
# Needs python3 (3.11 or later) and make; uses uv where it is installed, because it is faster.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
BENCH := .venv-bench
export PYTHONUNBUFFERED := 1
# Several threads would change last digits, and cost more than they bring (docs/hosting.md).
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup demo studies journeys test check format golden bench docs lock clean

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(INSTALLED)  ## the virtual environment, with every package at the version and hash of the lock

# The stamp is newer than the lock and this file when nothing is to be done: a second call costs nothing.
# The .pth lets a script in any folder import the project's packages.
$(INSTALLED): requirements-dev.lock Makefile
	@if command -v uv >/dev/null 2>&1; then \
	    test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) .venv; \
	    uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock; \
	else \
	    test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock; \
	fi
	@$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'engraft.pth').write_text(str(pathlib.Path.cwd()))"
	@touch $@

demo: setup      ## a whole registry on this machine, until Ctrl-C; ONCE=1 does it once and exits
	@$(BIN)/python -m demo $(if $(ONCE),--once)

studies: setup   ## every published study on its cohort, from an empty database: its numbers beside the printed ones
	@$(BIN)/python -m demo.studies

journeys: setup  ## the data manager's day in a real browser, J1 to J7: steps, times and violations in var/journeys.json
	@$(BIN)/python -m pytest -m journey -q --journeys $(ARGS)

test: setup      ## every test; ARGS="tests/outcomes -k cox" for a part
	@$(BIN)/python -m pytest $(ARGS)

check: setup     ## lint, types, import contracts, migrations, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m docs.generate --check

format: setup    ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: setup    ## write the numbers from R anew (needs R and its survival packages)
	@for script in $(filter-out %/common.R,$(wildcard tests/outcomes/golden/*.R tests/reports/golden/*.R)); do echo $$script; Rscript $$script || exit 1; done

bench: $(BENCH)/.installed  ## our speed beside R's and four libraries' (20 minutes); SIZES="300 10000" WORK="cox km" for a part
	@$(BENCH)/bin/python -m benchmarks $(if $(SIZES),--sizes $(SIZES)) $(if $(WORK),--works $(WORK)) $(if $(ALL),--all)

# The judges have an environment of their own: their versions bind nothing of ours.
$(BENCH)/.installed: requirements-bench.lock
	@if command -v uv >/dev/null 2>&1; then \
	    test -x $(BENCH)/bin/python || uv venv --quiet --python $(PYTHON) $(BENCH); \
	    uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes requirements-bench.lock; \
	else \
	    test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH); \
	    $(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock; \
	fi
	@touch $@

docs: setup      ## write the generated documents anew
	@$(BIN)/python -m docs.generate

lock: setup      ## choose the versions anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade pyproject.toml --extra dev -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade -c requirements.lock requirements-bench.in -o requirements-bench.lock

clean:           ## remove what was made here, the demo's data too
	rm -rf .venv $(BENCH) var .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
