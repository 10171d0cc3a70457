"""The flags of both services are made from their settings in one way."""

from __future__ import annotations

import pytest
from anops_model_interface.flags import complaints, read_flags
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Some settings."""

    model_config = SettingsConfigDict(env_prefix="ANOPS_")

    grpc_port: int = Field(default=9000, description="The port: 100% free.")
    model_url: str = Field(default="a:1", description="Where models are.")


def read(*arguments: str) -> dict[str, str]:
    return read_flags(
        Settings, arguments, program="service", about="Serve.", names={"grpc_port": "port"}, again=("model_url",)
    )


def test_what_is_given_is_read_by_field_and_an_address_may_come_again() -> None:
    assert read("--port", "7", "--model-url", "a:1", "--model-url=b:2") == {"grpc_port": "7", "model_url": "a:1,b:2"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--port", "1", "--port", "2"), "--port is given twice"), (("--mod", "a:1"), "unrecognized arguments: --mod")],
)
def test_what_is_given_twice_or_in_part_is_refused(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(*arguments)
    assert said in capsys.readouterr().err


def test_help_names_the_variable_of_each_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read("--help")
    assert "The port: 100% free. (default: 9000; ANOPS_GRPC_PORT)" in " ".join(capsys.readouterr().out.split())


def test_a_value_that_cannot_be_used_is_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**read("--port", "soon"))
    (line,) = complaints(caught.value)
    assert line.startswith("Can't use setting `grpc_port`: Input should be a valid integer")
    assert line.endswith("; received 'soon'.")
