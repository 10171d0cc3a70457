#!/bin/sh
# Makes sure that a Docker engine answers: installs and starts one where none does and this may be done,
# says what to do where not. Does nothing where one answers.
# Usage: scripts/docker_engine.sh [--check]     --check: install and start nothing
set -eu
seconds=60 # an engine starts in about 5
log=${TMPDIR:-/tmp}/anops-dockerd.log

answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
has_compose() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1; }
refuse() {
    echo "✖ $1" >&2
    shift
    for line in "$@"; do echo "$line" >&2; done
    exit 1
}
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
install_packages() {
    echo "Installing from Debian's archive: $*"
    installing=$(mktemp)
    # an engine that the package's own script starts is as good as ours
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y -o DPkg::Lock::Timeout=300 --no-install-recommends "$@"; } >"$installing" 2>&1; then
        tail -n 20 "$installing" >&2
        rm -f "$installing"
        refuse "Can't install $*; the last lines above say why."
    fi
    rm -f "$installing"
}
wait_for_answer() {
    waited=0
    until answers; do
        [ "$waited" -lt "$seconds" ] || return 1
        [ -z "${1:-}" ] || kill -0 "$1" 2>/dev/null || return 1
        sleep 1
        waited=$((waited + 1))
    done
}

if answers; then
    has_compose || [ "${1:-}" = --check ] || ! may_install || install_packages docker-compose
    exit 0
fi

# why none answers decides what helps
said=$(docker version 2>&1 >/dev/null || true)
case $said in
*"permission denied"*)
    refuse "A Docker engine runs here, but you ($(id -un)) may not use it." \
        "→ Join its group and log in again: sudo usermod --append --groups docker $(id -un)" \
        "→ Or use an engine without root: https://docs.docker.com/engine/security/rootless/"
    ;;
esac
case ${DOCKER_HOST:-unix:///var/run/docker.sock} in
unix:///var/run/docker.sock | unix:///run/docker.sock) ;;
*) refuse "The Docker engine at DOCKER_HOST=$DOCKER_HOST does not answer." "• docker says: $said" \
    "→ Start it, or unset DOCKER_HOST to use the engine of this machine." ;;
esac
if [ "${1:-}" = --check ]; then
    refuse "No Docker engine answers on this machine." "→ Install or start one: scripts/docker_engine.sh"
fi
if ! command -v dockerd >/dev/null 2>&1; then
    may_install || refuse "No Docker engine is installed here, and installing one needs root." \
        "→ On Debian or Ubuntu: sudo apt-get install --no-install-recommends docker.io iptables docker-compose" \
        "→ Elsewhere: https://docs.docker.com/get-docker/"
    install_packages docker.io iptables docker-compose
elif may_install; then
    # the engine needs iptables for its networks, and Debian's only recommends it
    { command -v iptables >/dev/null 2>&1 || install_packages iptables; }
    has_compose || install_packages docker-compose
fi
[ "$(id -u)" = 0 ] || refuse "The Docker engine of this machine is not running, and starting it needs root." \
    "→ Start it: sudo systemctl start docker"

if ! answers; then
    if [ -d /run/systemd/system ]; then
        systemctl start docker 2>/dev/null || true
        wait_for_answer || refuse "The Docker engine does not start." "→ Its log: journalctl --unit docker"
    else
        nohup dockerd >"$log" 2>&1 </dev/null &
        if ! wait_for_answer "$!"; then
            tail -n 20 "$log" >&2
            refuse "The Docker engine does not start." "• Its last lines are above; all of them are in $log." \
                "• Inside a container an engine needs privileges that containers do not have by default."
        fi
    fi
fi
echo "Docker engine $(docker version --format '{{.Server.Version}}') answers"
