# What can be done with a clone of yrdx. Each target makes the virtual environment it needs.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready-$(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)

# Tests in parallel: as many workers as cores, two at the least.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; echo $$n)

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench docs recipes up down clean

help: ## this list
	@printf 'yrdx 长三角职业教育数据交换 / the vocational-education data exchange\n\n'
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
	  { echo "yrdx needs Python 3.11 or 3.12, $(PYTHON) is another; say which: make PYTHON=/usr/bin/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq python3-venv; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make virtual environments; on Debian: sudo apt install python3-venv"; exit 1; }
	@echo "Installing into $(VENV); this takes a few minutes the first time."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[airflow,notices,quality,dev]'
	@rm -f $(VENV)/.ready-* && touch $@

demo: $(READY) ## four provinces' generated deliveries through a real Airflow, to snapshots
	@$(BIN)/python -m demo.run

test: $(READY) ## all tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

check: $(READY) ## style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## put the code into house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## speed and memory, as ratios against a baseline of the same run
	@$(BIN)/python -m bench $(if $(PEERS),--peers) $(BENCH)

docs: $(READY) ## renew the generated pages of docs/reference/
	@$(BIN)/yrdx docs -o docs/reference

recipes: $(READY) ## the recipes for readers, as docs/recipes/ has them, Spark's too (needs Java 17)
	@command -v java >/dev/null || { echo "Spark needs Java 17; on Debian: sudo apt install openjdk-17-jre-headless"; exit 1; }
	@[ -x .venv-spark/bin/python ] || $(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -c 'import pyspark' 2>/dev/null || .venv-spark/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt pyspark
	@$(BIN)/python -m pytest tests/scenarios/test_recipes.py $(TESTS)

up: ## the whole topology of docker-compose.yaml
	@python3 deploy/make_secrets.py
	@mkdir -p var/inbox
	docker compose up --build --detach --wait
	@echo "http://127.0.0.1:$${YRDX_PORT:-8080}  user admin, password in deploy/secrets/airflow_admin_password"

down: ## stop it again; data stays
	docker compose down

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-spark var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
