"""What a person writes of a training: the configuration, values that are set, sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_control.errors import CommandError
from anops_control.training.config_file import read_config, unknown_keys, value_of, with_values
from anops_control.training.sweep import combinations

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("500", 500), ("-3", -3), ("0.5", 0.5), (".5", 0.5), ("1.", 1.0), ("1e-3", 1e-3), ("true", True),
        ("True", "True"), ("007", "007"), ("mpg ~ wt", "mpg ~ wt"), ('"500"', "500"), ("[1, 2]", [1, 2]),
        ("2026-01-31", "2026-01-31"), ("", ""), ("a=b", "a=b"), ("{ a = 1 }", {"a": 1}), ("data/x.csv", "data/x.csv"),
    ],
)  # fmt: skip
def test_a_value_is_what_a_person_means(written: str, value: Any) -> None:
    assert value_of(written) == value
    assert type(value_of(written)) is type(value)


def test_yaml_toml_and_json_say_the_same(tmp_path: Path) -> None:
    texts = {
        "a.yaml": "model: {max_iter: 5}\nday: 2026-01-31\n",
        "a.toml": "day = 2026-01-31\n[model]\nmax_iter = 5\n",
        "a.json": '{"day": "2026-01-31", "model": {"max_iter": 5}}',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_config(tmp_path / name) == {"day": "2026-01-31", "model": {"max_iter": 5}}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "a: [1", "can't be read"), ("a.toml", "a = ", "can't be read"), ("a.json", "{", "can't be read"),
        ("a.yaml", "- 1\n", "must be keys with values, not a list"), ("a.ini", "a=1", "must be a YAML, TOML or JSON"),
        ("none.yaml", None, "There is no configuration"),
    ],
)  # fmt: skip
def test_a_configuration_that_is_none_is_refused(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said) as caught:
        read_config(tmp_path / name)
    assert caught.value.remedy


def test_keys_are_set_at_their_place() -> None:
    config = {"model": {"max_iter": 5, "C": 1}, "a.b": 1}
    assert with_values(config, [("model.max_iter", 9), ("a.b", 2), ("new.deep", 3)]) == {
        "model": {"max_iter": 9, "C": 1}, "a.b": 2, "new": {"deep": 3},
    }  # fmt: skip
    assert config["model"] == {"max_iter": 5, "C": 1}
    with pytest.raises(CommandError, match="`a` is no table"):
        with_values({"a": 1}, [("a.b", 2)])
    assert unknown_keys(config, ["model.max_itr", "model.C"]) == [("model.max_itr", "model.max_iter")]


def test_a_grid_has_every_combination() -> None:
    assert combinations(["a=1,2", "b=x,y"], None, 1) == [
        {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"},
    ]  # fmt: skip
    assert combinations(['a=["x,y", "z"]'], None, 1) == [{"a": "x,y"}, {"a": "z"}]


def test_draws_are_repeated_by_the_seed() -> None:
    sweep = ["C=0.01..10:log", "depth=1..5", "loss=a,b"]
    drawn = combinations(sweep, 20, 3)
    assert drawn == combinations(sweep, 20, 3) != combinations(sweep, 20, 4)
    assert all(
        0.01 <= each["C"] <= 10 and each["depth"] in range(1, 6) and each["loss"] in {"a", "b"} for each in drawn
    )
    assert isinstance(drawn[0]["depth"], int)
    assert len(combinations(["a=1,2"], 50, 1)) == 2  # a combination is tried once


@pytest.mark.parametrize(
    ("sweep", "draws", "said"),
    [
        (["C=0.1..10"], None, "holds no list"), (["C=10..1"], 5, "no range"), (["C=0..1:log"], 5, "no range"),
        (["C"], None, "sets nothing"), (["C="], None, "no values"), (["a=1,2"] + [f"b{i}=1,2" for i in range(10)],
                                                                     None, "2048 combinations"),
    ],
)  # fmt: skip
def test_a_sweep_that_is_none_is_refused(sweep: list[str], draws: int | None, said: str) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        combinations(sweep, draws, 1)
    assert caught.value.remedy
