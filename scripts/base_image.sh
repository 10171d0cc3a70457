#!/bin/sh
# Makes sure that the base image of AnOps' images is there: pulls it, or makes it from Debian's archive
# where no image registry can be reached. Does nothing where it is there.
# Usage: scripts/base_image.sh [--make]      --make: from Debian's archive, without asking a registry
# Settings: BASE (debian:trixie-slim), DEBIAN_MIRROR (that of apt), SSL_CERT_FILE (certificates to trust inside)
set -eu
base=${BASE:-debian:trixie-slim}
suite=trixie
here=$(dirname "$0")
pull_seconds=120

refuse() {
    echo "✖ $1" >&2
    shift
    for line in "$@"; do echo "$line" >&2; done
    exit 1
}

"$here/docker_engine.sh" --check
[ "${1:-}" = --make ] || ! docker image inspect "$base" >/dev/null 2>&1 || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
if [ "${1:-}" != --make ]; then
    if timeout "$pull_seconds" docker pull --quiet "$base" >"$work/pull" 2>&1; then
        echo "Pulled $base"
        pulled=yes
    else
        echo "Can't pull $base ($(tail -n 1 "$work/pull" | cut -c 1-200)); making it from Debian's archive"
    fi
fi
# behind a proxy that signs TLS anew, the certificates of this machine must be trusted inside the image, too
bundle=${SSL_CERT_FILE:-}
[ -z "$bundle" ] || [ -r "$bundle" ] || refuse "SSL_CERT_FILE names $bundle, which can't be read." \
    "→ Point it to the file with the certificates to trust, or unset it."

if [ -n "${pulled:-}" ]; then
    [ -n "$bundle" ] || exit 0
    # the package comes first: installed later, it would write its own list over this one
    {
        echo "FROM $base"
        echo 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*'
        echo 'COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt'
    } >"$work/Dockerfile"
    cp "$bundle" "$work/ca-certificates.crt"
    DOCKER_BUILDKIT=0 docker build --quiet --tag "$base" "$work" >/dev/null
    echo "Trusted the certificates of SSL_CERT_FILE in $base"
    exit 0
fi

case $base in debian:$suite | debian:$suite-slim | */debian:$suite*) ;; *)
    refuse "Can't make $base: only Debian $suite can be made here." "→ Unset BASE, or load the image: docker load" ;;
esac
command -v apt-get >/dev/null 2>&1 || refuse "Can't make $base: that needs Debian or Ubuntu." \
    "→ On a machine that has it: docker save $base | gzip > base.tar.gz; here: docker load < base.tar.gz"
if ! command -v mmdebstrap >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || refuse "Can't make $base: the program mmdebstrap is missing." \
        "→ Install it: sudo apt-get install --no-install-recommends mmdebstrap"
    echo "Installing from Debian's archive: mmdebstrap"
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y -o DPkg::Lock::Timeout=300 --no-install-recommends mmdebstrap; } >"$work/apt" 2>&1; then
        tail -n 20 "$work/apt" >&2
        refuse "Can't install mmdebstrap; the last lines above say why."
    fi
fi
# without manual pages and translations, as in Debian's own slim images; the licences stay
set -- --variant=minbase --include=ca-certificates --quiet \
    --aptopt='Apt::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt='path-include=/usr/share/locale/locale.alias'
[ -z "$bundle" ] || set -- "$@" --customize-hook="copy-in $work/trusted/ca-certificates.crt /etc/ssl/certs"
if [ -n "$bundle" ]; then
    mkdir "$work/trusted"
    cp "$bundle" "$work/trusted/ca-certificates.crt"
fi
if ! mmdebstrap "$@" "$suite" "$work/base.tar" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} 2>"$work/log"; then
    tail -n 20 "$work/log" >&2
    refuse "Can't make $base from Debian's archive; the last lines above say why." \
        "→ Behind a mirror of your own, name it: DEBIAN_MIRROR=http://mirror.example.com/debian $0"
fi
docker import --change 'CMD ["bash"]' "$work/base.tar" "$base" >/dev/null
echo "Made $base from Debian's archive${bundle:+, trusting the certificates of SSL_CERT_FILE}"
