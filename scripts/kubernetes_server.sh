#!/usr/bin/env bash
# Build kube-apiserver and kube-controller-manager from Debian's source of Kubernetes, and put etcd and kubectl beside:
# kubernetes_server.sh FOLDER. Nothing is done where FOLDER/bin has them. It takes a quarter of an hour and 3 GB.
set -euo pipefail

folder=$(realpath --canonicalize-missing "${1:?name the folder to build in}")
programs=(kube-apiserver kube-controller-manager etcd)
for program in "${programs[@]}"; do
  [ -x "$folder/bin/$program" ] || missing=yes
done
if [ -z "${missing:-}" ]; then
  echo "Kubernetes: built before, in $folder/bin"
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "This builds Kubernetes from Debian's packages, and needs root on a Debian computer." >&2
  exit 1
fi

mkdir -p "$folder/bin" "$folder/source" "$folder/lists/partial"
echo "Kubernetes: Debian's packages"
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk -v r="$release" '$2 == r { print $1; exit }')
printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
  "$mirror" "$release" >"$folder/sources.list"
sources=(-o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$folder/lists")
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
  golang-go golang-github-modern-go-reflect2-dev etcd-server rsync dpkg-dev make openssl >/dev/null
apt-get "${sources[@]}" update --quiet >/dev/null
(cd "$folder" && apt-get "${sources[@]}" source --quiet --download-only kubernetes >/dev/null)
cp "$(command -v etcd)" "$folder/bin/etcd"

echo "Kubernetes: its source"
tar --extract --gzip --file "$folder"/kubernetes_*.orig.tar.gz --directory "$folder/source" --strip-components=1
cd "$folder/source"
# the reflect2 that it brings does not fit Debian's Go
brought=vendor/github.com/modern-go/reflect2
rm -rf "$brought"
cp --recursive --dereference /usr/share/gocode/src/github.com/modern-go/reflect2 "$brought"
mkdir -p .go/src/k8s.io
ln -sfn "$PWD" .go/src/k8s.io/kubernetes
export GOPATH=$PWD/.go GOCACHE=$PWD/.cache CGO_ENABLED=0 GO111MODULE=off
cd .go/src/k8s.io/kubernetes
for program in kube-apiserver kube-controller-manager; do
  echo "Kubernetes: builds $program"
  make WHAT=cmd/$program >"$folder/$program.log" 2>&1 || { tail -20 "$folder/$program.log" >&2; exit 1; }
  cp "$(find -L _output -name "$program" -type f -perm -u+x | head -1)" "$folder/bin/$program"
done
echo "Kubernetes: built in $folder/bin"
