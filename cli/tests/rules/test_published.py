from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.building.published import OpenPort, open_ports, require_keys
from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.init.templates import example_values, render
from anops_control.rules.published import RULE

if TYPE_CHECKING:
    from pathlib import Path

OURS = "services:\n  api-service:\n    image: anops/api-service:0.1\n"


def compose(folder: Path, rest: str) -> Path:
    file = folder / "compose.yaml"
    file.write_text(OURS + "".join(f"    {line}\n" for line in rest.splitlines()))
    return file


def test_a_new_project_lets_in_this_computer_alone(tmp_path: Path) -> None:
    made = render("python", {**example_values("python"), "name": "cars"}, tmp_path)

    assert [*RULE.inspect(load(made))] == []


def test_what_is_published_further_is_an_error_with_the_line_to_write(tmp_path: Path) -> None:
    made = render("python", {**example_values("python"), "name": "cars"}, tmp_path)
    file = made / "compose.yaml"
    file.write_text(file.read_text().replace('"127.0.0.1:${PORT', '"${PORT'))

    [finding] = RULE.inspect(load(made))

    assert finding.severity.value == "error"
    assert finding.message == (
        "compose.yaml lets other computers ask the service `api-service` (${PORT:-8080}:8080), and no key is needed."
    )
    assert finding.remedy is not None
    assert finding.remedy.startswith('Publish it to this computer alone: "127.0.0.1:${PORT:-8080}:8080". Or let in who')


def test_such_a_project_is_not_built(tmp_path: Path) -> None:
    made = render("python", {**example_values("python"), "name": "cars"}, tmp_path)
    require_keys(made)
    file = made / "compose.yaml"
    file.write_text(file.read_text().replace('"127.0.0.1:${PORT', '"${PORT'))

    with pytest.raises(CommandError, match="lets other computers ask the service `api-service`"):
        require_keys(made)


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ('ports: ["127.0.0.1:80:8080", "localhost:1:2", "[::1]:80:8080"]', []),
        ("ports: [8080]", [("8080", '"127.0.0.1:8080:8080"')]),
        ('ports: ["80:8080/tcp"]', [("80:8080/tcp", '"127.0.0.1:80:8080/tcp"')]),
        ('ports: ["0.0.0.0:80:8080"]', [("0.0.0.0:80:8080", '"127.0.0.1:80:8080"')]),
        ('ports: ["${HOST:-127.0.0.1}:80:8080"]', []),
        ("ports: [{target: 8080, published: 80}]", [("published: 80", "host_ip: 127.0.0.1")]),
        ("ports: [{target: 8080, published: 80, host_ip: 127.0.0.1}]", []),
        ("network_mode: host", [("network_mode: host", None)]),
        ("environment: {ANOPS_KEYS_FILE: /run/keys.toml}\nports: [8080]", []),
        ("environment: [ANOPS_JWT_ISSUER=https://id.example]\nports: [8080]", []),
        ("environment: [ANOPS_KEYS_FILE]\nports: [8080]", []),
        ("environment: {ANOPS_KEYS_FILE: ''}\nports: [8080]", [("8080", '"127.0.0.1:8080:8080"')]),
        ("env_file: settings.env\nports: [8080]", []),
        ("env_file: [{path: settings.env}]\nports: [8080]", []),
        ("env_file: none.env\nports: [8080]", [("8080", '"127.0.0.1:8080:8080"')]),
        ("expose: [8080]", []),
    ],
)
def test_each_way_to_publish(rest: str, found: list[tuple[str, str | None]], tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("ANOPS_KEYS_FILE=/run/keys.toml\n")

    assert open_ports(compose(tmp_path, rest)) == [OpenPort("api-service", *each) for each in found]


def test_services_of_others_are_their_own_affair(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services:\n  web:\n    image: nginx\n    ports: [80]\n")

    assert open_ports(file) == []


def test_a_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    made = render("python", {**example_values("python"), "name": "cars"}, tmp_path)
    (made / "compose.yaml").write_text("services: [")

    [finding] = RULE.inspect(load(made))

    assert finding.severity.value == "warning"
    assert finding.message.startswith("compose.yaml can't be read: ")
