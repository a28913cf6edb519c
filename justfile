# Everything a contributor runs. `just check` is the gate; it takes minutes, not coffee breaks.

python := if path_exists(".venv/bin/python") == "true" { ".venv/bin/" } else { "" }

# list the verbs
default:
    @{{python}}just --list

# what every change must pass
check: lint types imports deps unit

# style and formatting
lint:
    {{python}}ruff format --check .
    {{python}}ruff check .

# strict types
types:
    {{python}}mypy

# one-way imports between the rooms
imports:
    {{python}}lint-imports

# each dependency is used, each use is declared
deps:
    {{python}}deptry src

# tests that need no server, no kernel, no browser
unit:
    {{python}}pytest -n 2 --dist loadfile --randomly-seed=2033 -m "not network and not root and not browser and not slow"

# the gate and everything else this machine can run; what it cannot is skipped with a word
test: lint types imports deps
    {{python}}pytest -n 2 --dist loadfile --randomly-seed=2033 --durations=15

# rewrite the expected files of the samples; read the diff as a reviewer
accept:
    AUPKEEP_ACCEPT=1 {{python}}pytest tests/samples

# change the code of a room wrongly and count what its quick tests notice; tests/mutants.py says how
mutants *ARGS:
    {{python}}python tests/mutants.py {{ARGS}}

# format in place
format:
    {{python}}ruff format .
    {{python}}ruff check --fix .

# benchmarks; each prints its figure and its peer's
bench:
    {{python}}python bench/attribution.py
    {{python}}python bench/policy.py
    {{python}}python bench/intake.py
    {{python}}python bench/extract.py
    {{python}}python bench/extract_peers.py
    {{python}}python bench/cost.py
    {{python}}python bench/feeds.py
    {{python}}python bench/flows.py
    {{python}}python bench/archive.py
    {{python}}python bench/drop.py
    {{python}}python bench/load.py --seconds 60

# what takes hours: kills, damage and load of the size of a release; figures go into docs/campaign.md
campaign:
    AUPKEEP_KILLS=10000 {{python}}pytest tests/daemon/test_kills.py tests/store/test_kills.py
    AUPKEEP_FUZZ=20000000 AUPKEEP_FUZZ_SEED=0 {{python}}pytest tests/fuzz
    AUPKEEP_LOAD=600 AUPKEEP_LOAD_MS=200 AUPKEEP_LOAD_PATIENCE=3600 {{python}}pytest -s tests/daemon/test_load.py
