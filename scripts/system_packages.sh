#!/bin/sh
# Installs what AnOps needs from Debian's archive, where this may be done; says what is missing where not.
# Usage: scripts/system_packages.sh demo|test|everything
set -eu
purpose=${1:?demo, test or everything}
here=$(dirname "$0")
# the packages of the demo come first in the file, then those that the tests need, then those of long tests alone
list=$(awk -v purpose="$purpose" '/^# test/ && purpose == "demo" {exit} /^# everything/ && purpose != "everything" {exit}
    /^[^#]/ {print $1}' "$here/debian-packages.txt")

missing=""
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $list; do
        # a Python that Debian did not install brings its own venv and headers
        case $package in python3-*) python3 -c "import ensurepip, sysconfig, os; assert os.path.exists(sysconfig.get_paths()['include'] + '/Python.h')" 2>/dev/null && continue ;; esac
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
    done
    [ -n "$missing" ] || exit 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing from Debian's archive:$missing"
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        # shellcheck disable=SC2086  a list of words
        if apt-get update >"$log" 2>&1 && apt-get install -y --no-install-recommends $missing >"$log" 2>&1; then
            rm -f "$log"
            exit 0
        fi
        tail -n 20 "$log" >&2
        echo "✖ Can't install them; the last lines above say why." >&2
    else
        echo "These Debian packages are missing:$missing" >&2
        echo "→ Install them: sudo apt-get install --no-install-recommends$missing" >&2
    fi
elif command -v Rscript >/dev/null 2>&1; then
    exit 0 # another system, with R: rpy2's build says what it misses
else
    echo "R is missing." >&2
    echo "→ Install R 4.2 or later with its development files, and the R packages testthat, lintr and jsonlite." >&2
fi
[ "$purpose" = demo ] || exit 1
