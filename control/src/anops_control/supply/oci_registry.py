"""Speaks with a registry: manifests and blobs of one repository, by the OCI Distribution Specification.

oras, which does the same, tries for two minutes what a registry has refused, and knows tokens alone, not passwords.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_MANIFESTS = (
    MANIFEST,
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_OCTETS = {"content-type": "application/octet-stream"}
_SECONDS = 30.0
_FORM = re.compile(
    r"(?P<host>[^/@]+)/(?P<repository>[^:@]+)(?::(?P<tag>[^:@/]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of an image in a registry.

    Attributes:
        host: The registry, with its port where it is not the usual one.
        repository: What it is called there.
        wanted: Its tag or digest.
    """

    host: str
    repository: str
    wanted: str

    @property
    def name(self) -> str:
        """The name without tag and digest."""
        return f"{self.host}/{self.repository}"

    @classmethod
    def of(cls, name: str) -> Reference | None:
        """Read a name; None where it has no registry, and so is one of this machine."""
        host, _, rest = name.partition("/")
        if not rest or not (host == "localhost" or "." in host or ":" in host):
            return None
        found = _FORM.fullmatch(name)
        return found and cls(found["host"], found["repository"], found["digest"] or found["tag"] or "latest")


class Repository:
    """A repository of a registry."""

    def __init__(self, reference: Reference, client: httpx.Client, credentials: Mapping[str, str] | None) -> None:
        self._reference = reference
        self._client = client
        self._credentials = credentials

    def digest(self, wanted: str) -> str | None:
        """Return what a tag stands for; None where there is none of this name."""
        answer = self._ask("GET", f"manifests/{wanted}", headers={"accept": ", ".join(_MANIFESTS)})
        return None if answer.status_code == httpx.codes.NOT_FOUND else digest_of(self._good(answer).content)

    def manifest(self, wanted: str) -> dict[str, Any] | None:
        """Return a manifest; None where there is none of this name."""
        content = self.manifest_bytes(wanted)
        found = None if content is None else json.loads(content)
        return found if isinstance(found, dict) else None

    def manifest_bytes(self, wanted: str) -> bytes | None:
        """Return a manifest as it is hashed; None where there is none of this name."""
        answer = self._ask("GET", f"manifests/{wanted}", headers={"accept": MANIFEST})
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._good(answer).content

    def put_manifest(self, tag: str, data: bytes) -> None:
        """Give a manifest a tag."""
        self._good(self._ask("PUT", f"manifests/{tag}", content=data, headers={"content-type": MANIFEST}))

    def blob(self, digest: str) -> bytes | None:
        """Return a blob; None where it is not there, or is another than its digest says."""
        answer = self._ask("GET", f"blobs/{digest}", follow_redirects=True)
        if answer.status_code == httpx.codes.NOT_FOUND or digest_of(answer.content) != digest:
            return None
        return self._good(answer).content

    def put_blob(self, data: bytes) -> str:
        """Upload a blob, and return its digest."""
        digest = digest_of(data)
        if (place := self._place_for(digest)) is not None:
            self._good(self._send("PUT", place, content=data, headers=_OCTETS))
        return digest

    def put_file(self, path: Path, digest: str) -> None:
        """Upload a file, a piece at a time.

        Args:
            path: The file.
            digest: Its digest.
        """
        if (place := self._place_for(digest)) is None:
            return
        # what was asked before has logged in: a file is read only once
        with path.open("rb") as content:
            headers = {**_OCTETS, "content-length": str(path.stat().st_size)}
            self._good(self._client.put(place, content=content, headers=headers))

    def fetch_file(self, digest: str, path: Path) -> bool:
        """Write a blob into a file, a piece at a time; say whether it is there, and what its digest says."""
        self._ask("HEAD", f"blobs/{digest}", follow_redirects=True)  # logs in
        found = hashlib.sha256()
        url = self._client.base_url.join(f"/v2/{self._reference.repository}/blobs/{digest}")
        with self._client.stream("GET", url, follow_redirects=True) as answer, path.open("wb") as target:
            if answer.status_code == httpx.codes.NOT_FOUND:
                return False
            if not answer.is_success:
                answer.read()
                self._good(answer)
            for piece in answer.iter_bytes():
                found.update(piece)
                target.write(piece)
        return f"sha256:{found.hexdigest()}" == digest

    def _place_for(self, digest: str) -> httpx.URL | None:
        """Return where a blob is to be sent; None where the registry has it."""
        if self._ask("HEAD", f"blobs/{digest}").status_code == httpx.codes.OK:
            return None
        begun = self._good(self._ask("POST", "blobs/uploads/"))
        return begun.url.join(begun.headers["location"]).copy_merge_params({"digest": digest})

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  those of httpx
        return self._send(method, self._client.base_url.join(f"/v2/{self._reference.repository}/{path}"), **more)

    def _send(self, method: str, url: httpx.URL, **more: Any) -> httpx.Response:  # noqa: ANN401  the same
        answer = self._client.request(method, url, **more)
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._log_in(answer.headers.get("www-authenticate", "")):
            answer = self._client.request(method, url, **more)
        return answer

    def _log_in(self, asked: str) -> bool:
        """Do what the registry asks for, with the credentials where there are some; say whether it can be done."""
        kind, _, rest = asked.partition(" ")
        basic = None
        if self._credentials and "username" in self._credentials:
            basic = httpx.BasicAuth(self._credentials["username"], self._credentials["password"])
        if kind.lower() == "basic":
            if basic is not None:
                self._client.auth = basic
            return basic is not None
        fields = dict(_FIELD.findall(rest))
        if kind.lower() != "bearer" or "realm" not in fields:
            return False
        parameters = {name: fields[name] for name in ("service", "scope") if name in fields}
        told = self._client.get(fields["realm"], params=parameters, auth=basic)
        token = told.json() if told.status_code == httpx.codes.OK else {}
        found = token.get("token") or token.get("access_token")
        if found:
            self._client.headers["authorization"] = f"Bearer {found}"
        return bool(found)

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        host = self._reference.host
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise CommandError(
                f"The registry {host} refuses the credentials.",
                remedy=f"Log in with `docker login {host}`, or set ANOPS_REGISTRY_USER and ANOPS_REGISTRY_PASSWORD.",
                code=Code.REGISTRY,
            )
        said = " ".join(answer.text.split())[:300]
        raise CommandError(
            f"The registry {host} refused: status {answer.status_code}.",
            details=[said] if said else [],
            code=Code.REGISTRY,
        )


@contextmanager
def repository_of(reference: Reference, credentials: Mapping[str, str] | None) -> Iterator[Repository]:
    """Open the repository of an image.

    As the engine does, a registry on this machine is asked whatever its certificate is, or without encryption; others
    with the certificate that the engine has for them.

    Args:
        reference: The image's name.
        credentials: `username` and `password`, where there are some.

    Raises:
        CommandError: The registry can't be reached, or refuses.
    """
    here = _is_here(reference.host)
    context = ssl.create_default_context()
    if here:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    own = Path("/etc/docker/certs.d", reference.host, "ca.crt")
    try:
        if own.exists():
            context.load_verify_locations(own)
        scheme = "http" if here and not _speaks_tls(reference.host, context) else "https"
        with httpx.Client(base_url=f"{scheme}://{reference.host}", verify=context, timeout=_SECONDS) as client:
            yield Repository(reference, client, credentials)
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise CommandError(
            f"The registry {reference.host} can't be asked.",
            details=[" ".join((str(error) or type(error).__name__).split())],
            remedy="Check that the name of the image has the right registry, and that it runs.",
            code=Code.REGISTRY,
        ) from error


def digest_of(data: bytes) -> str:
    """Return the digest of some bytes, as registries write it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _is_here(host: str) -> bool:
    name = host.rpartition(":")[0] or host
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"


def _speaks_tls(host: str, context: ssl.SSLContext) -> bool:
    try:
        httpx.get(f"https://{host}/v2/", verify=context, timeout=_SECONDS)
    except httpx.HTTPError:
        return False
    return True
