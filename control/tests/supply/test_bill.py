"""The bill of an image is one that others can read."""

from __future__ import annotations

import json

from anops_control.building.inventory import Inventory, Listed, Package
from anops_control.supply.bill import bill_of
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

LISTED = Listed(
    image="sha256:" + "ab" * 32,
    names=("cars:1.2.0",),
    labels={"org.opencontainers.image.version": "1.2.0", "anops.digest": "sha256:" + "cd" * 32},
    inventory=Inventory(
        debian=(Package("libc6", "2.41-12", architecture="amd64"), Package("g++", "4:14.2.0-1", architecture="amd64")),
        python=(Package("numpy", "2.4.6", license="BSD-3-Clause"), Package("numpy", "1.26.0", license="x" * 5000)),
        r=(Package("mgcv", "1.9-3", license="GPL (>= 2)"), Package("stats", "4.5.0", base=True)),
        system={"ID": "debian", "VERSION_ID": "13", "PRETTY_NAME": "Debian GNU/Linux 13 (trixie)"},
        interpreter="3.13.5",
    ),
)


def test_it_is_valid_by_the_schema_of_cyclonedx() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill_of(LISTED, "cars:1.2.0")) is None


def test_every_package_has_the_name_by_which_scanners_know_it() -> None:
    told = json.loads(bill_of(LISTED, "registry.example.com/team/cars:1.2.0"))
    assert {part.get("purl") for part in told["components"]} == {
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13",
        "pkg:deb/debian/g%2B%2B@4:14.2.0-1?arch=amd64&distro=debian-13",
        "pkg:pypi/numpy@2.4.6",
        "pkg:pypi/numpy@1.26.0",
        "pkg:cran/mgcv@1.9-3",
        None,  # what belongs to R itself, and the system
    }
    image = told["metadata"]["component"]
    assert (image["name"], image["version"]) == ("cars", "1.2.0")
    assert {"name": "anops:model-digest", "value": "sha256:" + "cd" * 32} in image["properties"]


def test_an_image_has_the_same_serial_number_each_time() -> None:
    first, second = (json.loads(bill_of(LISTED, "cars"))["serialNumber"] for _ in range(2))
    assert first == second
