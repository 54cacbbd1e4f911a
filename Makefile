# Everything a person or the CI does with this project. `make` alone lists the targets.
PYTHON ?= python3
PORT ?= 8000
BIND ?= 127.0.0.1
# yes or no: whether `make run` loads the demonstration.
DEMO ?= yes
VAR_DIR ?= $(CURDIR)/var
# Tests: processes at once, which marks, and anything else for pytest, as in ARGS="-k rank -x".
JOBS ?= 2
MARKS ?= not slow
ARGS ?=

# An empty environment has no PATH, and make looks for programs in it.
export PATH := $(or $(PATH),/usr/local/bin:/usr/bin:/bin)
BIN := .venv/bin
RUN_ENV := PYTHON='$(PYTHON)' PYTHONUNBUFFERED=1
# Tests and checks keep their files apart from those of a site that is running from the same checkout.
TEST_ENV := $(RUN_ENV) VAR_DIR='$(VAR_DIR)/test'

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench ci lock messages format clean bootstrap-run bootstrap-test

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-18s %s\n", $$1, $$2}'

run: bootstrap-run ## run the site with its demonstration (DEMO=no: empty, with a guided start) on http://127.0.0.1:8000/ (PORT, BIND, VAR_DIR)
	@exec env $(RUN_ENV) PORT='$(PORT)' BIND='$(BIND)' VAR_DIR='$(VAR_DIR)' DEMO='$(DEMO)' scripts/run.sh

demo: bootstrap-run ## load the demonstration into the database and do nothing else
	@export $(RUN_ENV) VAR_DIR='$(VAR_DIR)'; $(BIN)/python scripts/messages.py compile \
		&& $(BIN)/python manage.py migrate --noinput --verbosity 0 \
		&& $(BIN)/python manage.py catalogue && $(BIN)/python manage.py demo

test: bootstrap-test ## run the tests (ARGS, JOBS, MARKS); on PostgreSQL and Redis where DATABASE_URL and REDIS_URL are set
	@if [ "$${DATABASE_URL:+set}" != "$${REDIS_URL:+set}" ]; then \
		echo "Set both DATABASE_URL and REDIS_URL, or neither." >&2; exit 2; fi
	@mkdir -p '$(VAR_DIR)/test'
	@export $(TEST_ENV); $(BIN)/python scripts/messages.py compile \
		&& exec $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m '$(MARKS)' $(ARGS)

check: bootstrap-test ## lint, format, types, floors, templates, migrations, translations
	@export $(TEST_ENV); exec scripts/check.sh

bench: bootstrap-test ## run the benchmarks
	@export $(TEST_ENV); $(BIN)/python scripts/messages.py compile && $(BIN)/python manage.py collectstatic --noinput --verbosity 0 \
		&& exec $(BIN)/python bench/run.py $(ARGS)

ci: check test ## check and test

lock: ## resolve requirements/*.lock anew from pyproject.toml (needs uv)
	@scripts/lock.sh

messages: bootstrap-test ## collect the texts to translate into locale/ and compile them
	@export $(TEST_ENV); $(BIN)/python scripts/messages.py extract && $(BIN)/python scripts/messages.py compile

format: bootstrap-test ## let ruff and djLint rewrite what `make check` would complain about
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/djlint templates --reformat --quiet

clean: ## remove .venv, caches and compiled translations; var/ with its data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache locale/*/LC_MESSAGES/*.mo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

bootstrap-run:
	@$(RUN_ENV) scripts/bootstrap.sh run

bootstrap-test:
	@$(RUN_ENV) scripts/bootstrap.sh test
