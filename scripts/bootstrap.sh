#!/bin/sh
# Makes the environment that runs nox; it needs a Python of 3.11 or later and nothing else.
set -eu
cd "$(dirname "$0")/.."
[ -x .nox/bootstrap/bin/nox ] && exit 0
for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
    echo "Setting up nox with $("$python" --version)"
    if ! "$python" -m venv .nox/bootstrap; then
        echo "✖ This Python can't make environments. → Install it: sudo apt-get install python3-venv" >&2
        exit 1
    fi
    .nox/bootstrap/bin/python -m pip install --quiet --disable-pip-version-check "nox>=2025.2" "uv>=0.5" && exit 0
    rm -rf .nox/bootstrap
    echo "✖ Can't install nox; pip has said why." >&2
    exit 1
done
echo "✖ AnOps needs Python 3.11 or later. → Install it, or name it: make PYTHON=/path/to/python3.11" >&2
exit 1
