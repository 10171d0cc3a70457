"""Tells whether an image is signed by somebody who is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.building.credentials import environment_credentials, login_credentials
from anops_control.building.inventory import image_id
from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.supply.attestations import BILL, PROVENANCE, attestations_in
from anops_control.supply.beside import signatures_of
from anops_control.supply.in_registry import signatures_in
from anops_control.supply.oci_registry import Reference, repository_of
from anops_control.supply.provenance import CHANGED
from anops_control.supply.signing_key import trusted_keys
from anops_control.supply.statement import judge
from anops_control.surroundings import current
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.supply.signing_key import Trusted
    from anops_control.supply.statement import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """Which image is asked about, and whom one trusts."""

    folder: Path
    """The project's folder."""
    image: str | None = None
    """An image: one in a registry, such as registry.example.com/team/cars:1.0.0, or one on this machine; by default
    that of the project's version on this machine."""
    keys: tuple[Path, ...] = ()
    """Public keys of who may have signed it; by default the person's own."""


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """Whose it is.

    Attributes:
        name: What the image is called.
        digest: The image.
        key: What the key is called that has signed it.
        file: Where that key is.
        notes: What else the signature says.
        provenance: Where it comes from, as SLSA has it; None where nobody who is trusted says so.
        has_bill: Whether its bill of materials is beside it, signed.
    """

    name: str
    digest: str
    key: str
    file: Path
    notes: dict[str, str]
    provenance: dict[str, Any] | None = None
    has_bill: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "name": self.name,
            "digest": self.digest,
            "key": self.key,
            "key_file": str(self.file),
            "signed": self.notes.get("signed"),
            "model_digest": self.notes.get("anops.digest"),
            "provenance": self.provenance,
            "sbom": self.has_bill,
        }

    @property
    def revision(self) -> str | None:
        """The commit that it was built from, with `-changed` behind where files differed; None where nobody says so."""
        sources = (self.provenance or {}).get("buildDefinition", {}).get("resolvedDependencies", ())
        source = next((each for each in sources if "gitCommit" in each.get("digest", {})), None)
        if source is None:
            return None
        is_changed = source.get("annotations", {}).get(CHANGED) is True
        return f"{source['digest']['gitCommit']}{'-changed' if is_changed else ''}"


def run(request: VerifyRequest, events: Events) -> VerifyResult:
    """Look for a signature of an image by a key that is trusted.

    Raises:
        CommandError: It has none, is not there, or can't be asked for.
    """
    with telling(events):
        trusted = trusted_keys(request.keys)
        name = request.image
        if name is None:
            project = load(request.folder).project.project
            name = f"{project.name}:{project.version}"
        events.doing(f"Looking at the signatures of {name}")
        reference = Reference.of(name)
        said: dict[str, dict[str, Any]] = {}
        if reference is None:
            digest, signatures = _here(request.folder, name)
        else:
            digest, signatures, said = _in_registry(reference, name, trusted)
        events.idle()
    verdict = judge(signatures, digest, trusted)
    if verdict.by is None or verdict.signature is None:
        raise _unsigned(name, digest, signatures)
    return VerifyResult(
        name,
        digest,
        verdict.by.fingerprint,
        verdict.by.file,
        verdict.signature.notes(),
        said.get(PROVENANCE),
        BILL in said,
    )


def _here(folder: Path, name: str) -> tuple[str, tuple[Signature, ...]]:
    digest = image_id(name)
    return digest, signatures_of(folder, digest)


def _in_registry(
    reference: Reference, name: str, trusted: tuple[Trusted, ...]
) -> tuple[str, tuple[Signature, ...], dict[str, dict[str, Any]]]:
    credentials = environment_credentials(current().variables) or login_credentials(name)
    with repository_of(reference, credentials) as repository:
        digest = repository.digest(reference.wanted)
        if digest is None:
            raise CommandError(
                f"There is no image `{name}` in its registry.",
                remedy="Push it with `ao build --push`, or correct the name.",
                code=Code.IMAGE_NOT_FOUND,
            )
        said = attestations_in(repository, digest, trusted)
        return digest, tuple(signatures_in(repository, digest)), said


def _unsigned(name: str, digest: str, signatures: tuple[Signature, ...]) -> CommandError:
    if not signatures:
        return CommandError(
            f"`{name}` is not signed.",
            details=[f"It is {digest}."],
            remedy="Sign what you build: ao build --sign",
            code=Code.SIGNATURE,
        )
    others = sorted({signature.notes().get("key", "an unknown key") for signature in signatures})
    return CommandError(
        f"`{name}` is not signed by anybody you trust.",
        details=[f"It is {digest}.", f"Signatures there say that they are of: {', '.join(others)}."],
        remedy="Don't run it; or name the public key of the signer it: ao verify IMAGE --key FILE",
        code=Code.SIGNATURE,
    )


VERB = Verb("verify", "Check whether an image is signed by somebody you trust.", VerifyRequest, run)
