# What one does with this house. `make` alone lists it.
PYTHON ?= python3
PORT ?= 8000
# Phones and the QR code are told this address; over the network set it to the real one.
PUBLIC_URL ?= http://127.0.0.1:$(PORT)
VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run demo forms shots check test test-fast law machines kills storm match-door fuzz-identity claims bench bench-ledgers bench-door bench-matching bench-million spark-parity ready

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	@echo "· Python packages (the first time takes a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "· packages for tests …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# The form engine that fills our forms in the tests; node itself comes with the packages above.
ENGINE := tests/engine/node/node_modules/.package-lock.json
$(ENGINE): $(VENV)/.dev tests/engine/node/package-lock.json
	@echo "· form engine …"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --prefix tests/engine/node --no-audit --no-fund --loglevel error
	@touch $@

# Everything up to the first start; each step may be run again at any time.
ready: $(VENV)/.run
	@$(MANAGE) make_keyring
	@echo "· database …" && $(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_areas

run: ready ## set up what is missing, then serve on 127.0.0.1:8000 with demo people and a demo month
	@echo "· forms …" && $(MANAGE) publish_forms --since 2024-07-08
	@echo "· demo people …" && $(MANAGE) seed
	@PUBLIC_URL=$(PUBLIC_URL) $(MANAGE) up --port $(PORT) --after "demo --first"

demo: ## send another demo month to the running server, as phones would
	@PUBLIC_URL=$(PUBLIC_URL) $(MANAGE) demo

forms: ready ## write xlsforms/*.xlsx from their sources, compile and publish them
	@$(PY) -m xlsforms.build
	@$(MANAGE) publish_forms

shots: $(VENV)/.dev ## make the screenshots of the README from a server of its own
	@$(PY) docs/shots.py

check: $(VENV)/.dev ## style, types, settings, migrations
	@$(MANAGE) make_keyring
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(MANAGE) check
	PUBLIC_URL=https://tanfang.example DEBUG=False $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

test: $(VENV)/.dev $(ENGINE) ## all tests on SQLite, then on PostgreSQL when one is reachable
	@$(PY) -m tests.on_both

test-fast: $(VENV)/.dev ## the quick tests on SQLite
	@$(PY) -m pytest -q -n 2 -m "not slow"

law: $(VENV)/.dev ## the long run: 2,000 generated histories on each database (LAW_HISTORIES=…)
	@LAW_HISTORIES=$${LAW_HISTORIES:-2000} $(PY) -m tests.on_both -n 0 -s tests/law/test_histories.py

machines: $(VENV)/.dev ## phones and a desk as a state machine, 300 examples on each database, shrunk (MACHINES=…)
	@MACHINES=$${MACHINES:-300} $(PY) -m tests.on_both -n 0 tests/law/test_machine.py

kills: $(VENV)/.dev ## fifty kills (-9) of server and worker during a whole demo month, on each database (KILLS=…)
	@KILLS=$${KILLS:-50} KILLS_PHONES=$${KILLS_PHONES:-24} KILLS_SIZE=$${KILLS_SIZE:-14} $(PY) -m tests.on_both -n 0 -s tests/kills

storm: $(VENV)/.dev ## 500 submissions from 20 phones through a network that fails, on each database (STORM=…)
	@STORM=$${STORM:-500} STORM_PHONES=$${STORM_PHONES:-20} $(PY) -m tests.on_both -n 0 -s tests/wire/test_storm.py

match-door: $(VENV)/.dev ## 2,000 rows through the phones' door end as match_csv has them, on each database (MATCH_DOOR=…)
	@MATCH_DOOR=$${MATCH_DOOR:-2000} $(PY) -m tests.on_both -n 0 -s tests/door/test_same_matcher.py

fuzz-identity: $(VENV)/.dev ## 20,000 texts that two readers might read differently, on each database (FUZZ_IDENTITY=…)
	@FUZZ_IDENTITY=$${FUZZ_IDENTITY:-20000} $(PY) -m tests.on_both -n 0 -s tests/security/test_fuzz_names.py

claims: $(VENV)/.dev ## what one post changes for everybody; the same post where a family is known and where not (CLAIMS=…)
	@CLAIMS=$${CLAIMS:-200} CLAIM_PAIRS=$${CLAIM_PAIRS:-1000} $(PY) -m tests.on_both -n 0 -s tests/claims

bench-door: $(VENV)/.dev ## the phones' door under many phones at once, beside a plain Django view (BENCH_ROWS=…)
	@$(PY) -m tests.bench.door

bench: $(VENV)/.dev ## milliseconds of CPU per request, beside a minimal view on the same server
	@$(PY) -m tests.bench

bench-ledgers: $(VENV)/.dev ## close and export a district's month, beside a bare openpyxl write (BENCH_HOUSEHOLDS=…)
	@$(PY) -m tests.bench.ledgers

bench-matching: $(VENV)/.dev ## how good and how fast matching is, on generated registries and on FEBRL (ROWS=… SETS=…)
	@$(PY) -m tests.bench_matching

bench-million: $(VENV)/.dev ## one arrival among a million households on each database, and the list at once (ROWS=… ARRIVALS=…)
	@$(PY) -m tests.bench_matching.million

spark-parity: ## DuckDB = Spark = online, on every level and over a registry; pyspark in a place of its own, needs Java 17
	@"$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version >/dev/null 2>&1 || { echo "Java 17 or newer is needed and was not found (Debian: apt-get install default-jre-headless)" >&2; exit 1; }
	@test -x var/spark/bin/python || { echo "· pyspark, into var/spark (the first time takes some minutes) …"; $(PYTHON) -m venv var/spark; }
	@var/spark/bin/pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	@var/spark/bin/python -m tests.spark
