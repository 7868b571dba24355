# Paravent. `make help` lists what can be done here.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
T ?=
PACKAGES := $(foreach service,$(notdir $(wildcard services/*)),services/$(service)/$(subst -,_,$(service)))

##@ Try it

.PHONY: demo
demo: setup ## Start the whole platform on this machine and say what to try (Ctrl-C stops it)
	@$(PYTHON) -m local_platform up

.PHONY: status
status: setup ## Which servers and processes run, and where
	@$(PYTHON) -m local_platform status

.PHONY: down
down: setup ## Stop the demo; its data stays in .run/
	@$(PYTHON) -m local_platform down

##@ Prove it (each starts and stops what it needs, and ends with one line)

.PHONY: test
test: setup ## Tests of the chassis and of each service, on real servers. T=path runs a part
	@PROOF=test $(PYTEST) -n 2 --dist loadfile $(T)

.PHONY: journeys
journeys: setup ## A report's whole path in Chromium, with and without JavaScript; axe on every page
	@PROOF=journeys $(PYTEST) -n 2 --dist loadfile tests/journeys tests/accessibility $(T)

.PHONY: audit
audit: setup ## Canary, join and time audits over every store, queue, log, trace and mail
	@PROOF=audit $(PYTEST) -o timeout=900 tests/anonymity $(T)

.PHONY: crash
crash: setup ## Kill each process and server, keep OpenBao away, while reports are filed: none lost, none twice
	@PROOF=crash $(PYTEST) -n 2 --dist loadfile -s tests/faults $(T)

.PHONY: bench
bench: setup ## Measure against floors of the same run; writes .run/bench.json
	@$(PYTHON) -m tests.load $(T)

##@ Keep it clean

.PHONY: check
check: lint types proto-check imports ## lint, types, contracts and import rules

.PHONY: lint
lint: setup ## Style of every Python file
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && echo "lint: 1 passed, 0 failed"

.PHONY: types
types: setup ## mypy, strict for the chassis and every domain
	@.venv/bin/mypy chassis/chassis deploy/local/local_platform $(PACKAGES)

.PHONY: imports
imports: setup ## Who may import whom
	@.venv/bin/lint-imports --no-logo

.PHONY: proto
proto: setup ## Generate the Python of the contracts
	@$(PYTHON) proto/generate.py

.PHONY: proto-check
proto-check: setup ## Style of the contracts, generated code up to date, nothing broken
	@$(PYTHON) proto/check.py

.PHONY: lock
lock: setup ## Pin the dependencies of requirements.in, with hashes
	@UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 requirements.in -o requirements.lock

##@ Prepare it

.PHONY: setup
setup: .venv/.ready ## Install what is missing (Debian packages when root, the Python environment)

.venv/.ready: requirements.lock deploy/local/setup.sh $(wildcard */pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml)
	@sh deploy/local/setup.sh

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "; printf "Paravent\n"} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
