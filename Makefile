# 青山 Qingshan. `make` alone tells what there is.
.DEFAULT_GOAL := help
.PHONY: help run test test-long check bench fix words lock

# The first of these that is a Python 3.11 to 3.13; `make PYTHON=… run` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; \
	done || echo python3)
LOCKED := uv.lock requirements.txt requirements-dev.txt config/install.txt config/install.py
VENV := .venv/bin/python
ARGS ?=

help: ## Each target with a sentence.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  make %-10s %s\n' "$$name" "$$words"; done

.venv/.installed-run: $(LOCKED)
	@$(PYTHON) -m config.install run

.venv/.installed-dev: $(LOCKED)
	@$(PYTHON) -m config.install dev

run: export QINGSHAN_HOST := $(or $(HOST),$(QINGSHAN_HOST))
run: export QINGSHAN_PORT := $(or $(PORT),$(QINGSHAN_PORT))
run: export QINGSHAN_DEMO := $(or $(DEMO),$(QINGSHAN_DEMO),1)
run: .venv/.installed-run ## The product on http://127.0.0.1:8000 with the demo story. HOST, PORT and DEMO=0 change it.
	@exec $(VENV) app.py run

test: .venv/.installed-dev ## Every test but the long ones. ARGS='-k fund' goes to pytest.
	@$(VENV) -m tests.machine
	$(VENV) -m pytest -n 2 --dist worksteal $(ARGS)

test-long: .venv/.installed-dev ## What takes longer: fuzz, faults at every step, floods, soak. ARGS goes to pytest.
	@$(VENV) -m tests.machine
	$(VENV) -m pytest -n 2 --dist worksteal -m long $(ARGS)

check: .venv/.installed-dev ## Format, lint, types, house rules.
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy
	@$(VENV) -m tests.machine postgres
	$(VENV) -m pytest -q tests/house

bench: .venv/.installed-dev ## One table of ratios to yardsticks measured in the same run. ARGS=--quick or --full.
	@$(VENV) -m tests.benchmarks $(ARGS)

fix: .venv/.installed-dev ## Formats the code and mends what lint can mend by itself.
	$(VENV) -m ruff format .
	$(VENV) -m ruff check --fix .

words: .venv/.installed-dev ## Gathers every sentence into the English catalogue, compiles it, renews docs/terms.md.
	@$(VENV) -m tests.house.catalogue

lock: .venv/.installed-dev ## Renews uv.lock from pyproject.toml, and the hashed lists for plain pip from uv.lock.
	$(VENV) -m uv lock
	$(VENV) -m config.export
