#!/usr/bin/env bash
# joblib 1.6.0, where /dev/shm can't be written, as in a locked-down container or under Landlock.
# Expected: processes can't be used, since their locks lie there; threads, which need none, still run side by side.
# Seen: n_jobs = 2 runs one at a time with backend="threading" too. It is told once, when joblib is imported (which
# other libraries do), and never where it is asked for two jobs: predict() of a forest takes twice as long, unwarned.
# For AnOps: a model's code is kept from writing files, and /dev/shm is left to it.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet joblib==1.6.0
cat >"$place/jobs.py" <<'PY'
import threading, time, warnings

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from joblib import Parallel, delayed, effective_n_jobs
print("at import:", [str(each.message) for each in told])


def thread():
    time.sleep(0.05)
    return threading.get_ident()


with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    used = Parallel(n_jobs=2, backend="threading")(delayed(thread)() for _ in range(8))
print("threads:", len(set(used)), "of", effective_n_jobs(2), "jobs; warned:", [str(each.message) for each in told])
PY
with=$("$place/v/bin/python" "$place/jobs.py")
without=$(unshare --map-root-user --mount sh -c 'mount -t tmpfs -o ro none /dev/shm && exec "$@"' - "$place/v/bin/python" "$place/jobs.py")
printf 'as it is:\n%s\nread-only /dev/shm:\n%s\n' "$with" "$without"
[[ $with == *"threads: 2 of 2 jobs; warned: []"* ]]
[[ $without == *"serial mode"*"threads: 1 of 1 jobs; warned: []"* ]]
