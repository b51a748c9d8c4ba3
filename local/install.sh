#!/bin/sh
# Makes .venv hold the locked requirements and this checkout. Usage: install.sh runtime|dev
# Fast when nothing changed: a stamp in .venv holds the checksum of what was installed.
set -eu
kind=$1
venv=.venv

fail() {
    printf '%s\n' "$1" "$2" >&2
    exit 1
}

wanted() {
    cat "locks/$1.txt" pyproject.toml | cksum
}

is_installed() {
    [ -f "$venv/.installed-$1" ] &&
        [ "$(cat "$venv/.installed-$1")" = "$(wanted "$1")" ] &&
        "$venv/bin/python" -c '' 2>/dev/null
}

# An environment with the test tools runs the product as well.
if is_installed "$kind" || { [ "$kind" = runtime ] && is_installed dev; }; then
    exit 0
fi

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "No Python 3.11 or newer was found." \
        "Install one, or name it: PYTHON=/path/to/python3.11 make <target>"
}

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "This Python cannot make virtual environments: its venv module is missing." \
            "Install it (on Debian and Ubuntu: python3-venv), then try again."
    echo "Creating the virtual environment in $venv"
    "$python" -m venv --clear "$venv" ||
        fail "The virtual environment could not be created in $venv." \
            "Read the lines above, remove the cause, then try again."
fi

pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check "$@"
}

# Pip's own words go to a log: hundreds of lines would hide the few that a person needs.
log=$venv/install.log
count_requirements() {
    awk -v total="$(grep -c '^[a-z0-9].*==' "locks/$kind.txt")" '
        /^(Collecting|Requirement already satisfied)/ {
            if (++n % 10 == 0) { printf "  %d of %d fetched\n", n, total; fflush() }
        }
        /^Installing collected/ { print "  unpacking them"; fflush() }'
}

echo "Installing the locked requirements ($kind; a minute or two the first time)"
rm -f "$log.failed"
{ pip install --require-hashes -r "locks/$kind.txt" 2>&1 || touch "$log.failed"; } |
    tee "$log" | count_requirements
if [ -e "$log.failed" ]; then
    grep -i '^ *error' "$log" >&2 || tail -n 5 "$log" >&2
    fail "The locked requirements could not be installed." \
        "Check that the package index can be reached (PIP_INDEX_URL names another), then try again."
fi
pip install --quiet --no-deps --no-build-isolation -e . ||
    fail "Waymark itself could not be installed into $venv." \
        "Run 'make clean' and try again."
wanted "$kind" >"$venv/.installed-$kind"
