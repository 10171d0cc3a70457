"""A bill of materials: what is in an image, in the form of CycloneDX.

The names of packages are purls (https://github.com/package-url/purl-spec), by which advisories are looked up.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from anops_control.building.same_version import LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anops_control.building.inventory import Inventory, Listed, Package

_LONGEST_LICENCE = 200
"""Longer ones are the whole text of a licence."""


def bill_of(listed: Listed, name: str) -> str:
    """Write the bill of an image, as JSON.

    The same image has the same serial number each time.

    Args:
        listed: What is installed in it.
        name: What the image is called.
    """
    image = Component(
        name=name.rpartition("/")[2].partition(":")[0] or name,
        type=ComponentType.CONTAINER,
        version=listed.labels.get("org.opencontainers.image.version") or listed.image,
        bom_ref=listed.image,
        properties=[Property(name="anops:model-digest", value=listed.labels[LABEL])] if LABEL in listed.labels else [],
    )
    bill = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, listed.image))
    bill.metadata.component = image
    bill.metadata.timestamp = datetime.now(UTC).replace(microsecond=0)
    bill.metadata.tools.components.add(
        Component(name="ao", type=ComponentType.APPLICATION, version=version("anops-control"))
    )
    parts = list(_components(listed.inventory))
    bill.components.update(parts)
    bill.register_dependency(image, parts)
    return str(JsonV1Dot6(bill).output_as_string(indent=2))


def _components(inventory: Inventory) -> Iterator[Component]:
    system = inventory.system
    family = system.get("ID", "debian")
    release = f"{family}-{system.get('VERSION_ID', '')}".rstrip("-")
    if system:
        yield Component(
            name=family,
            type=ComponentType.OPERATING_SYSTEM,
            version=system.get("VERSION_ID"),
            description=system.get("PRETTY_NAME"),
            bom_ref=release,
        )

    def of_debian(package: Package) -> PackageURL:
        qualifiers = {"arch": package.architecture, "distro": release}
        return PackageURL("deb", family, package.name, package.version, qualifiers)

    kinds: tuple[tuple[tuple[Package, ...], Callable[[Package], PackageURL | None]], ...] = (
        (inventory.debian, of_debian),
        (inventory.python, lambda package: PackageURL("pypi", None, package.name, package.version)),
        (
            inventory.r,
            lambda package: None if package.base else PackageURL("cran", None, package.name, package.version),
        ),
    )
    for packages, purl_of in kinds:
        for package in packages:
            purl = purl_of(package)
            yield Component(
                name=package.name,
                version=package.version,
                purl=purl,
                bom_ref=str(purl) if purl else f"r-base:{package.name}@{package.version}",
                licenses=[DisjunctiveLicense(name=package.license)]
                if 0 < len(package.license) <= _LONGEST_LICENCE
                else [],
            )
