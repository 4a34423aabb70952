# Everything a contributor runs. `make check` is what CI does.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DOMAIN := reflect_tui
LOCALES := reflect_tui/locales

.PHONY: help run demo test check lint types layers translations docs goldens bench soak ways release-check clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

run: $(BIN)/.ready ## start the app
	$(BIN)/reflect-tui

demo: $(BIN)/.ready ## start the app on a throw-away journal
	$(BIN)/reflect-tui demo

test: $(BIN)/.ready ## run all tests
	$(BIN)/python -m pytest

check: lint types layers test ## what CI does

lint: $(BIN)/.ready ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.ready ## check types
	$(BIN)/mypy

layers: $(BIN)/.ready ## check which room imports which
	$(BIN)/lint-imports

translations: $(BIN)/.ready ## update the message catalogues from the code, and compile them
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header --no-wrap -k mark -k pgettext:1c,2 -o $(LOCALES)/$(DOMAIN).pot reflect_tui
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete --no-wrap -D $(DOMAIN) -l nl -i $(LOCALES)/$(DOMAIN).pot -d $(LOCALES)
	$(BIN)/pybabel -q compile -D $(DOMAIN) -d $(LOCALES)

docs: $(BIN)/.ready ## draw the pictures of the README from the demo journal, and write docs/keys.md
	$(BIN)/python -m tests.screenshots
	$(BIN)/python -m tests.keys_page

goldens: $(BIN)/.ready ## redraw the golden pictures of every screen; review them with git diff
	$(BIN)/python -m tests.snapshots.goldens

bench: $(BIN)/.ready ## measure speed and memory beside a floor; GROUPS="keys start" for some, QUICK=1 to try it
	$(BIN)/python -m tests.benchmarks $(if $(QUICK),--quick) $(GROUPS)

ways: $(BIN)/.ready ## count the modules that a digit, a finish and an import pass through
	$(BIN)/python -m tests.ways

soak: $(BIN)/.ready ## use one process for 50,000 keys and 1,000 saves, and print what it holds
	$(BIN)/python -m tests.benchmarks.soak

release-check: $(BIN)/.ready ## build the packages and check that they can be published
	$(BIN)/python -m pip install --quiet --editable '.[release]'
	$(BIN)/python -m tests.release_check

clean: ## delete what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
