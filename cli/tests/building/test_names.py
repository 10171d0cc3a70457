from __future__ import annotations

import pytest
from anops_control.building.names import ImageNames
from anops_control.errors import CommandError
from anops_model_interface.exit_codes import ExitCode


def test_version_and_revision_are_tags_here_and_in_the_registry() -> None:
    names = ImageNames.of("cars", "registry.example.com:5000/team/cars", ["1.0.0", "0123456789ab"])
    assert names.all == (
        "cars:1.0.0",
        "cars:0123456789ab",
        "registry.example.com:5000/team/cars:1.0.0",
        "registry.example.com:5000/team/cars:0123456789ab",
    )


def test_a_tag_that_is_missing_or_said_twice_is_left_out() -> None:
    assert ImageNames.of("cars", None, ["1.0.0", None, "latest", "latest"]).all == ("cars:1.0.0", "cars:latest")


def test_a_repository_that_is_the_name_gives_each_name_once() -> None:
    assert ImageNames.of("cars", "cars", ["1"]).all == ("cars:1",)


@pytest.mark.parametrize(
    ("tag", "remedy"),
    [
        ("my tag", "Use for example `--tag my-tag`."),
        ("-beta", "Use for example `--tag beta`."),
        ("x" * 129, f"Use for example `--tag {'x' * 128}`."),
        ("cars:beta", "Leave out the name before `:`; it comes from ao.toml."),
        ("", None),
    ],
)
def test_what_can_be_no_tag_is_refused(tag: str, remedy: str | None) -> None:
    with pytest.raises(CommandError, match="A tag must be") as refused:
        ImageNames.of("cars", None, [tag])
    assert refused.value.exit_code is ExitCode.USAGE
    assert refused.value.remedy == remedy
