# Everything a contributor runs. CONTRIBUTING.md says which tier holds what.

set shell := ["bash", "-euo", "pipefail", "-c"]

python := if path_exists(".venv/bin/python") == "true" { ".venv/bin/" } else { "" }

stages := "seeds postgresql core kills joints accused trial fuzz processes browser openstack octavia content bgp imap oidc pages audit contract mutants"
seed := "2033"
spread := "--dist loadfile --no-loadscope-reorder"
processes := "-n 4 " + spread
timed := "took() { TIMEFORMAT=\"== $1: %0R s\"; }; took"

# list the verbs
default:
    @{{python}}just --list

# what every change must pass, in three minutes
check: static (tests "check" "2")

# the gate and everything else this machine can run, in a quarter of an hour; what it cannot is skipped with a word
test: static (tests "test")

# all that looks at the source without running it; meanwhile the machine code that tests will need
[parallel]
static: lint types imports deps kernels

# style and formatting
lint:
    @{{timed}} lint; time ( {{python}}ruff format --check . && {{python}}ruff check . )

# strict types
types:
    @{{timed}} types; time {{python}}mypy

# one-way imports between the rooms
imports:
    @{{timed}} imports; time {{python}}lint-imports

# each dependency is used, each use is declared
deps:
    @{{timed}} deps; time {{python}}deptry src

# machine code for flows, which else every test process would make for itself
[private]
kernels:
    @{{timed}} kernels; time {{python}}python -m aupkeep.app.telemetry.machine_code.warm_up decode count judge

# the tests of one tier (tests/tiers.py), in the gate's order and on its examples: in four processes, since a third of the time is waiting; quick ones wait for nothing
tests tier count="4":
    @{{timed}} tests; time {{python}}pytest --tier {{tier}} -n {{count}} {{spread}} --randomly-seed={{seed}} --durations=15

# every stage of the night or those named, with random seeds and sizes that the gate has no time for
nightly *stage=stages:
    #!/usr/bin/env bash
    set -euo pipefail
    for stage in {{stage}}; do
        {{timed}} "nightly $stage"
        if [ "$stage" = mutants ]; then time {{python}}just mutants all --changed "$({{python}}just since)"
        elif [ "$stage" = audit ]; then time {{python}}just audit
        elif [ "$stage" = contract ]; then time {{python}}just contract
        elif [ "$stage" = openstack ]; then time {{python}}just openstack
        elif [ "$stage" = octavia ]; then time {{python}}just octavia
        else time {{python}}just night "$stage"; fi
    done

[private]
night stage:
    day=$(date -u +%Y%m%d); AUPKEEP_SEED=$day AUPKEEP_FUZZ_SEED=$day \
        AUPKEEP_KILLS=200 AUPKEEP_DRIVER_FAULTS=500 AUPKEEP_FULL=20 AUPKEEP_CUTS=5 AUPKEEP_STALLS=3 AUPKEEP_OUTAGES=6 AUPKEEP_JUMPS=4 \
        AUPKEEP_STEPS=10000 AUPKEEP_FUZZ=10000 AUPKEEP_CHANGES=1000 AUPKEEP_LOAD=60 AUPKEEP_LOAD_MS=1000 \
        {{python}}pytest --tier nightly:{{stage}} {{processes}} --durations=15 -rs

# the last commit that is a day old, else the first of all
[private]
since:
    @git rev-list -1 --before="1 day ago" HEAD | grep . || git rev-list --max-parents=0 HEAD

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

# known weaknesses of what the lock installs; a database that cannot be reached is an error, not a pass
audit:
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
    {{python}}python -m venv "$folder" && "$folder/bin/pip" install -q pip-audit==2.10.1
    if ! "$folder/bin/pip-audit" --strict --disable-pip -s osv -r requirements.lock 2>"$folder/said"; then
        tail -3 "$folder/said"
        echo "audit: not passed: a weakness is known, or the advisory database was not reached"; exit 1
    fi

# the API against its own OpenAPI document, as somebody who may do everything: so many drawn requests for each operation, none may end in 5xx; then again with the ids of a home that has one of everything
contract examples="200":
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d); trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
    {{python}}python -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q schemathesis==4.32.5
    export AUPKEEP_HOME="$folder/home" api=http://127.0.0.1:8932/api/v1/openapi.json
    {{python}}python tests/contract_home.py seed
    printf '[web]\nport = 8932\napi_a_minute = 0\napi_network_a_minute = 0\n' >> "$AUPKEEP_HOME/aupkeep.toml"
    {{python}}python -m aupkeep staff map kari@aupkeep.example --unix-user "$(id -un)"
    scopes=(report finding inventory case agent approve audit metrics ticket)
    token=$({{python}}python -m aupkeep token add contract "${scopes[@]/#/--scope=}" --trusted \
        --person kari@aupkeep.example -o json | grep -o 'aupk_[0-9a-f]*')
    {{python}}python -m aupkeep token add spare
    {{python}}python -m aupkeep web 2>"$folder/log" & server=$!
    until curl -sf -o "$folder/drawn.json" $api; do sleep 1; done
    {{python}}python tests/contract_home.py known "$folder/drawn.json" > "$folder/known.json"
    run() { # a document, how many examples of an operation, options
        "$folder/venv/bin/st" run "$folder/$1.json" --url http://127.0.0.1:8932 --phases examples,fuzzing \
            --workers 2 --max-examples "$2" --continue-on-failure --header "Authorization: Bearer $token" "${@:3}" \
            --checks not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance
    }
    cd "$folder"; bad=0
    run drawn {{examples}} --exclude-path '/api/v1/tokens/{name}/revoke' || bad=1
    run known {{examples}} || bad=1
    ! grep -n "Traceback" "$folder/log" && exit $bad

# the driver on a real OpenStack in a network namespace of its own, as root; its packages are kept in `folder`
openstack folder="/opt/aupkeep-openstack":
    #!/usr/bin/env bash
    set -euo pipefail
    lab=(bash tests/enforcement/openstack/lab.sh {{folder}})
    if lacks=$("${lab[@]}" lacks); then echo "openstack: skipped: $lacks"; exit 0; fi
    trap '"${lab[@]}" down' EXIT
    "${lab[@]}" install && "${lab[@]}" up
    AUPKEEP_OPENSTACK={{folder}} ip netns exec aupkeep-openstack \
        {{python}}pytest --tier nightly:openstack --durations=15

# the tests of the driver `octavia` on a real Octavia with Keystone, alike; it is told that each change is done, as its provider does nothing
octavia folder="/opt/aupkeep-octavia":
    #!/usr/bin/env bash
    set -euo pipefail
    lab() { bash tests/enforcement/openstack/lab.sh {{folder}} "$1" balancers; }
    if lacks=$(lab lacks); then echo "octavia: skipped: $lacks"; exit 0; fi
    trap 'lab down' EXIT
    lab install && lab up
    AUPKEEP_OCTAVIA={{folder}} ip netns exec aupkeep-octavia \
        {{python}}pytest --tier nightly:octavia --durations=15

# what Aupkeep is made of, as a CycloneDX file, from the lock and what is installed
sbom file="sbom.cdx.json":
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
    {{python}}python -m venv "$folder" && "$folder/bin/pip" install -q cyclonedx-bom==7.5.0
    "$folder/bin/cyclonedx-py" requirements --pyproject pyproject.toml --output-reproducible --of JSON -o {{file}} requirements-install.lock

# benchmarks; each prints its figure and its peer's
bench:
    {{python}}python bench/attribution.py
    {{python}}python bench/rulings.py
    {{python}}python bench/parsing.py
    {{python}}python bench/extract.py
    {{python}}python bench/extract_peers.py
    {{python}}python bench/cost.py
    {{python}}python bench/feeds.py
    {{python}}python bench/flows.py
    {{python}}python bench/archive.py
    {{python}}python bench/drop.py
    {{python}}python bench/enforce.py
    {{python}}python bench/bgp.py
    {{python}}python bench/load.py --seconds 60
    {{python}}python bench/slow.py
    {{python}}python bench/anonymous.py

# what takes hours, before a release: all parts or those named, whole or a slice I/N of each by its
# seed; the slices add up, and their figures go into docs/campaign.md
campaign part="kills faults fuzz load mutants" slice="1/1":
    #!/usr/bin/env bash
    set -euo pipefail
    number={{replace_regex(slice, "/.*", "")}} of={{replace_regex(slice, ".*/", "")}}
    export AUPKEEP_FULL=$((500 / of)) AUPKEEP_CUTS=$((200 / of)) AUPKEEP_STALLS=$((60 / of)) AUPKEEP_OUTAGES=$((100 / of))
    export AUPKEEP_JUMPS=$((100 / of)) AUPKEEP_FUZZ=$((20000000 / of))
    export AUPKEEP_SEED=$number AUPKEEP_FUZZ_SEED=$number
    export AUPKEEP_LOAD=600 AUPKEEP_LOAD_MS=200 AUPKEEP_LOAD_PATIENCE=3600
    for part in {{part}}; do
        {{timed}} "campaign $part {{slice}}"
        case $part in
            kills) time ( AUPKEEP_KILLS=$((10000 / of)) {{python}}pytest tests/daemon/test_kills.py tests/store/test_kills.py
                AUPKEEP_KILLS=$((2000 / of)) {{python}}pytest -s tests/faults/test_kills.py ) ;;
            faults) time AUPKEEP_DRIVER_FAULTS=$((10000 / of)) {{python}}pytest -s tests/faults \
                tests/enforcement/test_driver_faults.py --ignore tests/faults/test_kills.py ;;
            fuzz) time {{python}}pytest tests/fuzz ;;
            load) time {{python}}pytest -s tests/daemon/test_load.py ;;
            mutants) time {{python}}just mutants all --part {{slice}} ;;
            *) echo "campaign: expected kills, faults, fuzz, load or mutants, found $part"; exit 2 ;;
        esac
    done
