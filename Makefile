# Everything a contributor runs. `make quick` while working, `make test` before a commit, `make check` is what CI does.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DOMAIN := reflect_tui
LOCALES := reflect_tui/locales
# with it every worker of the tests, and every program they start, would compile all modules again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo quick test check rest faults-all tools lint types types-linux types-darwin types-win32 layers
.PHONY: lowest newest constraints
.PHONY: translations docs goldens bench soak hosting ways mutants release-check clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/.dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

$(BIN)/.check: $(BIN)/.dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[check]'
	touch $@

run: $(BIN)/.dev ## start the app
	$(BIN)/reflect-tui

demo: $(BIN)/.dev ## start the app on a throw-away journal
	$(BIN)/reflect-tui demo

quick: lint types layers ## a verdict in two minutes: linting, types, layers, values and commands, pictures of one size
	$(BIN)/python -m pytest tests/unit tests/snapshots -m "not slow"

test: $(BIN)/.dev ## the tests that need Python and git only
	$(BIN)/python -m pytest

check: lint types layers test rest ## what CI does; `make tools` installs what it needs

rest: $(BIN)/.check ## the tests that need a terminal, faults, a browser, other programs
	$(BIN)/python -m pytest -n 6 tests/browser tests/engines tests/installed tests/terminal tests/faults \
		tests/snapshots -m "sizes or not snapshots"

faults-all: $(BIN)/.check ## every call attacked, instead of one in three by turns
	REFLECT_TUI_FAULTS_TURN=all $(BIN)/python -m pytest -n 6 tests/faults

tools: ## install the programs that `make check` needs (Debian packages, and npm's for the pages)
	.ci/tools

lint: $(BIN)/.dev ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: types-linux types-darwin types-win32 ## check types, as Linux, macOS and Windows have them

types-linux: $(BIN)/.dev
	$(BIN)/mypy

types-darwin: $(BIN)/.dev
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin reflect_tui

types-win32: $(BIN)/.dev
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 --no-warn-unreachable reflect_tui

layers: $(BIN)/.dev ## check which room imports which
	$(BIN)/lint-imports

lowest newest: $(BIN)/.check ## the usual tests with the lowest releases that pyproject allows, or with the newest
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-$@
	$(BIN)/uv pip install --quiet --python $(VENV)-$@ --resolution $(if $(filter lowest,$@),lowest-direct,highest) --editable '.[test]'
	$(VENV)-$@/bin/python -m pytest tests/unit tests/tui

constraints: $(BIN)/.check ## write constraints.txt anew: the releases that two clones a week apart both get
	$(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --no-annotate --custom-compile-command 'make constraints' \
		--output-file constraints.txt pyproject.toml

translations: $(BIN)/.dev ## update the message catalogues from the code, and compile them
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header --no-wrap -k mark -k pgettext:1c,2 -o $(LOCALES)/$(DOMAIN).pot reflect_tui
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete --no-wrap -D $(DOMAIN) -l nl -i $(LOCALES)/$(DOMAIN).pot -d $(LOCALES)
	$(BIN)/pybabel -q compile -D $(DOMAIN) -d $(LOCALES)

docs: $(BIN)/.dev ## draw the pictures of the README from the demo journal, and write docs/keys.md
	$(BIN)/python -m tests.screenshots
	$(BIN)/python -m tests.keys_page

goldens: $(BIN)/.dev ## redraw the golden pictures of every screen; review them with git diff
	$(BIN)/python -m tests.snapshots.goldens

bench: $(BIN)/.check ## measure speed and memory beside a floor; GROUPS="keys start" for some, QUICK=1 to try it
	$(BIN)/python -m tests.benchmarks $(if $(QUICK),--quick) $(GROUPS)

ways: $(BIN)/.dev ## count the modules that a digit, a finish and an import pass through
	$(BIN)/python -m tests.ways

soak: $(BIN)/.check ## use one process for 50,000 keys and 1,000 saves, and print what it holds
	$(BIN)/python -m tests.benchmarks.soak

hosting: $(BIN)/.check ## sync 1,000 journals to one host of repositories at once, and look whether anything is lost
	$(BIN)/python -m tests.benchmarks.hosting

release-check: $(BIN)/.dev ## build the packages and check that they can be published
	$(BIN)/python -m pip install --quiet --editable '.[release]'
	$(BIN)/python -m tests.release_check

mutants: $(BIN)/.dev ## change the computing modules in one place at a time: do their tests notice? MODULES="analysis/diff", SAMPLE=200 for some
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[mutants]'
	SAMPLE=$(SAMPLE) SEED=$(SEED) $(BIN)/python -m tests.mutants $(MODULES)

clean: ## delete what was made
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
