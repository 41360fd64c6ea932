# `make` lists the targets. Everything a newcomer needs is `make run` and `make test`.
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
.PHONY: help run test test-fast lint format bench demo-reset messages lock

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.venv/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

run: .venv/.runtime ## Serve the portal on this machine: web, worker and scheduler (PORT, HOST, PORTAL_DATA, PORTAL_COUNTRY)
	@$(PY) manage.py prepare
	@exec $(PY) manage.py up

test: .venv/.development ## Every test, on SQLite and PostgreSQL, with Redis and a browser where they can be had
	@$(PY) tests/everything.py

test-fast: .venv/.development ## The tests that need nothing but Python, on SQLite
	@$(PY) -m pytest -q -m "not services and not browser"

lint: .venv/.development ## Format check, lint, types, migrations
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m djhtml --check --tabwidth 2 templates
	$(PY) -m mypy
	$(PY) manage.py makemigrations --check --dry-run

format: .venv/.development ## Format and mend what can be mended
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	$(PY) -m djhtml --tabwidth 2 templates

messages: .venv/.development ## Collect and compile the translations (needs gettext)
	$(PY) manage.py collect_messages

bench: .venv/.development ## Measure pages and starts; the figures are printed and written to bench/
	$(PY) tests/bench.py

demo-reset: .venv/.runtime ## Throw the demonstration's data away; the next `make run` makes it anew
	@test "$$PORTAL_ENV" != production
	rm -rf "$${PORTAL_DATA:-var}"

lock: ## Pin requirements.in and requirements-dev.in, with hashes (needs pip-tools)
	pip-compile --quiet --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links requirements.in
	pip-compile --quiet --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe requirements-dev.in
