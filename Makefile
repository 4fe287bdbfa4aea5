# `make help` lists the targets. VENV=PATH uses an environment of your own: then nothing is installed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up test test-spark test-browser test-oidc screens fuzz check bench load hosts upgrade drill drill-long rehearsal verifier rules lock wheels clean

ifeq ($(origin VENV),undefined)
VENV := .venv
MANAGED := yes
endif
PY := $(VENV)/bin/python
# A filled .wheels/ is all an installation then reads.
PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check $(if $(wildcard .wheels/*),--no-index --find-links .wheels)
PYTEST_ARGS ?= -n 3 --dist worksteal

ifdef MANAGED
EMBEDDED := $(VENV)/.embedded
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
SPARK := $(VENV)/.spark
BROWSER := $(VENV)/.browser
FUZZ := $(VENV)/.fuzz
endif

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

demo: $(EMBEDDED) ## Rate a sample city from nothing, then stop everything
	@$(PY) -m service.cli demo

up: $(EMBEDDED) ## Serve the demo's data until Ctrl-C
	@$(PY) -m service.cli up

# Compiled once here, the program need not be compiled by each process of the tests.
test: $(DEV) ## Run every test but those of the cluster, the browser, the identity provider and by chance
	@$(PY) -m compileall -q -j 0 scoring service workers tests/builders tests/oracle
	$(PY) -m pytest $(PYTEST_ARGS) --ignore tests/spark --ignore tests/browser --ignore tests/oidc --ignore tests/fuzz --ignore tests/image

# By itself: it needs Java and a package of 450 MB, and its cluster of five processes wants the machine alone.
test-spark: $(SPARK) ## Run the tests of rating on a Spark cluster
	$(PY) -m pytest -q tests/spark

# By itself: it needs Chromium, and a page is looked at in seconds; in two processes, each with a town of its own. Where
# there is no Chromium the tests skip and say so.
test-browser: $(BROWSER) ## Run the tests of the pages in a real browser
	$(PY) -m pytest -q --log-level WARNING -n 2 --dist loadfile tests/browser

# By itself: the provider is a Node program of 3 MB. Where there is no npm the tests skip and say so.
test-oidc: $(BROWSER) ## Run the tests of signing in at an identity provider
	@if command -v npm >/dev/null; then mkdir -p build/oidc && cp tests/oidc/package*.json build/oidc/ && \
		timeout 240 npm ci --prefix build/oidc --silent --no-audit --no-fund || rm -rf build/oidc/node_modules; fi
	$(PY) -m pytest -q --log-level WARNING tests/oidc

screens: $(BROWSER) ## Write pictures of every page to build/screens/
	$(PY) -m pytest -q -rs tests/browser/test_screens*.py --screens build/screens

# By itself: two minutes for each parser and 20,000 requests, over an hour in all. For one of them, or less time:
# make fuzz FUZZ_ARGS="--seconds 20 draw"
fuzz: $(FUZZ) ## Give every parser and every route what chance and malice make of valid inputs
	$(PY) -m pytest -q tests/fuzz
	$(PY) -m tests.fuzz $(FUZZ_ARGS)

check: $(DEV) ## Lint, format, types, layers and the figures of the house
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m tests.tidy.figures

bench: $(BENCH) $(SPARK) $(BROWSER) ## Measure speed and memory against peers
	$(PY) -m bench

# By itself, as root, in most of an hour: PostgreSQL, Redis and every process of the service are broken under load.
# DRILL_ARGS="--seed 7 --faults 50" makes another one; docs/reliability.md is written by a whole one alone.
drill: $(DEV) ## Break every part of the service 500 times under load and count what is lost
	$(PY) -m tests.faults.drill --section drill $(DRILL_ARGS)

drill-long: $(DEV) ## The same for hours: 5000 faults, longer outages, several at once
	$(PY) -m tests.faults.drill --section drill-long --faults 5000 $(DRILL_ARGS)

load: $(BENCH) ## Press a day of a province into MINUTES=10, or ask REQUESTS=1000000 times; writes docs/reliability.md
	$(PY) -m bench.load $(if $(MINUTES),--minutes $(MINUTES)) $(if $(REQUESTS),--requests $(REQUESTS))

hosts: $(BENCH) ## Run web, workers and schedulers on several hosts and pull cables (root, Linux); writes docs/reliability.md
	$(PY) -m bench.hosts

upgrade: $(BENCH) ## Upgrade from the release before, host by host, while requests go on; writes docs/reliability.md
	$(PY) -m bench.upgrade

# By itself, as root: it copies the machine into memory and runs docs/install.md and docs/backup.md on it as they stand.
rehearsal: $(DEV) ## Install, back up, destroy, restore and upgrade on a copy of this machine
	$(PY) -m tests.rehearsal

verifier: $(PY) ## Build the verifiers, build/verify.pyz (draws and ratings) and build/verify.js (draws), with their digests
	@$(PY) -I -S service/api/verifier.py build

# By itself, as root: an engine of containers builds the image, IMAGE is a folder with its files.
.PHONY: image-check
image-check: $(DEV) ## Run the image's files as compose.yaml does: make image-check IMAGE=FOLDER (of docker export or buildah mount)
	IMAGE="$(IMAGE)" $(PY) -m pytest -q -rs tests/image

.PHONY: sbom audit
sbom: $(DEV) ## Write the bill of materials, build/sbom.cdx.json (CycloneDX), and hold licences against those that are taken
	@$(PY) deploy/supply/sbom.py

audit: $(DEV) ## Hold what is locked against advisories in a folder: make audit DATABASE=FOLDER (docs/operations.md)
	@$(PY) deploy/supply/audit.py --database "$(DATABASE)"

rules: $(PY) ## Write Prometheus' rules of the objectives from deploy/slo.toml
	@$(PY) -I -S deploy/prometheus/write_rules.py

lock: $(PY) ## Resolve the dependencies anew into the lock files (needs the network)
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	$(call compile,requirements-bench.lock,--extra embedded --extra telemetry --extra dev --extra bench --upgrade)
	$(call compile,requirements-dev.lock,--extra embedded --extra telemetry --extra dev --constraint requirements-bench.lock)
	$(call compile,requirements-spark.lock,--extra embedded --extra telemetry --extra dev --extra spark --constraint requirements-bench.lock)
	$(call compile,requirements-browser.lock,--extra embedded --extra telemetry --extra dev --extra browser --constraint requirements-bench.lock)
	$(call compile,requirements-fuzz.lock,--extra embedded --extra telemetry --extra dev --extra fuzz --constraint requirements-bench.lock)
	$(call compile,requirements-embedded.lock,--extra embedded --constraint requirements-bench.lock)
	$(call compile,requirements-telemetry.lock,--extra telemetry --constraint requirements-bench.lock)
	$(call compile,requirements.lock,--constraint requirements-bench.lock)

# setuptools is what builds the project itself, with no download beside the lock.
define compile
	@echo 'setuptools>=80' | $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header --no-emit-index-url --no-emit-find-links pyproject.toml - $(2) --output-file $(1)
endef

wheels: $(PY) ## Fill .wheels/ so that every later installation works offline
	$(PY) -m pip download --quiet --disable-pip-version-check --require-hashes --dest .wheels -r requirements-bench.lock -r requirements-spark.lock -r requirements-browser.lock -r requirements-fuzz.lock

clean: ## Remove the environment, caches and built files (.wheels/ and .data/ stay)
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment, made once for each lock file ----
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -m venv --clear .venv && exit 0; \
		echo "无法创建 .venv：请安装 Python 的 venv 模块（例如 apt-get install python3-venv）后重试。" >&2; \
		echo "The .venv could not be made: install Python's venv module (for example apt-get install python3-venv) and try again." >&2; \
		rm -rf .venv; exit 1; \
	done; \
	echo "需要 Python 3.11 或更高版本：请安装后重试，或用 make PYTHON=路径 指定。" >&2; \
	echo "Python 3.11 or later is needed: install it and try again, or name one with make PYTHON=path." >&2; exit 1

.venv/.embedded: requirements-embedded.lock pyproject.toml | .venv/bin/python
	@echo "安装依赖 / Installing the dependencies …"
	@$(PIP_INSTALL) --require-hashes -r requirements-embedded.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.embedded
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.dev
	@$(PIP_INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

.venv/.spark: requirements-spark.lock .venv/.dev
	@$(PIP_INSTALL) --require-hashes -r requirements-spark.lock
	@touch $@

.venv/.browser: requirements-browser.lock .venv/.dev
	@$(PIP_INSTALL) --require-hashes -r requirements-browser.lock
	@touch $@

.venv/.fuzz: requirements-fuzz.lock .venv/.dev
	@$(PIP_INSTALL) --require-hashes -r requirements-fuzz.lock
	@touch $@
