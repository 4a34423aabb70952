# Everything a contributor runs. `make check` is what CI does.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DOMAIN := reflect_tui
LOCALES := reflect_tui/locales

.PHONY: run demo test check lint types layers translations docs goldens bench soak ways clean

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

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.ready
	$(BIN)/mypy

layers: $(BIN)/.ready
	$(BIN)/lint-imports

translations: $(BIN)/.ready ## gather new messages into the catalogues, and compile them
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header --no-wrap -k mark -k pgettext:1c,2 -o $(LOCALES)/$(DOMAIN).pot reflect_tui
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete --no-wrap -D $(DOMAIN) -l nl -i $(LOCALES)/$(DOMAIN).pot -d $(LOCALES)
	$(BIN)/pybabel -q compile -D $(DOMAIN) -d $(LOCALES)

docs: $(BIN)/.ready ## draw the pictures of the README from the demo journal, and write docs/keys.md
	$(BIN)/python -m tests.screenshots
	$(BIN)/python -m tests.keys_page

goldens: $(BIN)/.ready ## draw the golden pictures of every screen; look at what `git diff` says of them
	$(BIN)/python -m tests.snapshots.goldens

bench: $(BIN)/.ready ## measure speed and memory beside their floors; QUICK=1 to see that it works, GROUPS="keys start" for some
	$(BIN)/python -m tests.benchmarks $(if $(QUICK),--quick) $(GROUPS)

ways: $(BIN)/.ready ## count the modules that a digit, a finish and an import pass through
	$(BIN)/python -m tests.ways

soak: $(BIN)/.ready ## 50,000 keys and 1,000 saves in one process: memory, open files and children stay flat
	$(BIN)/python -m tests.benchmarks.soak

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
