#!/usr/bin/env bash
# distributed 2026.8.0: a client with timeout=30 of a scheduler that is there three seconds later.
# Expected: it tries again for 30 seconds, as it does while the connection is refused, and connects.
# Seen: where something in front takes the connection and drops it, as Docker's published ports, ssh -L and load balancers
# do until the scheduler listens, it gives up at once: with a reset connection, and under TLS with a ValueError of
# tornado ("IOStream is not idle; cannot convert to SSL") that names neither connection nor scheduler.
# For AnOps: whoever starts a scheduler in a container makes a TLS handshake until one succeeds, before Dask connects.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet distributed==2026.8.0 cryptography==46.0.3
cat >"$place/late.py" <<'PY'
import socket, threading, time
from distributed import Client, LocalCluster, Security


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    target.close()


def door(place, port, opens, drops):
    if not drops:
        time.sleep(max(0, opens - time.monotonic()))
    with socket.create_server(place) as listener:
        while True:
            came, _ = listener.accept()
            if time.monotonic() < opens:
                came.close()
                continue
            there = socket.create_connection(("127.0.0.1", port))
            for ends in ((came, there), (there, came)):
                threading.Thread(target=pump, args=ends, daemon=True).start()


def free_place():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()


if __name__ == "__main__":
    for protocol in ("tcp", "tls"):
        security = Security.temporary() if protocol == "tls" else None
        with LocalCluster(n_workers=0, protocol=f"{protocol}://", security=security, dashboard_address=None) as cluster:
            port = int(cluster.scheduler_address.rpartition(":")[2])
            for drops in (False, True):
                place, began = free_place(), time.monotonic()
                threading.Thread(target=door, args=(place, port, began + 3, drops), daemon=True).start()
                time.sleep(0.5)
                what = "dropped" if drops else "refused"
                try:
                    with Client(f"{protocol}://127.0.0.1:{place[1]}", timeout=30, security=security):
                        print(protocol, what, "connected")
                except Exception as error:
                    early = time.monotonic() - began < 3
                    print(protocol, what, "gave up early" if early else "gave up", type(error).__name__, error)
PY
seen=$("$place/v/bin/python" "$place/late.py" 2>/dev/null)
echo "$seen"
[[ $seen == *"tcp refused connected"* && $seen == *"tls refused connected"* ]]
[[ $seen == *"tcp dropped gave up early CommClosedError"* ]]
[[ $seen == *"tls dropped gave up early ValueError IOStream is not idle; cannot convert to SSL"* ]]
