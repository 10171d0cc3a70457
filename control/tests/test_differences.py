"""What differs is named key by key, also in what only one side has."""

from __future__ import annotations

from anops_control.standing.differences import told_apart


def test_what_only_one_side_has_is_told_key_by_key() -> None:
    was = {"replicas": 2, "challenger": {"share": 0.5, "model": {"number": 2}}}
    assert list(told_apart(was, {"replicas": 2, "challenger": None})) == [
        ("challenger.model.number", "2", "nothing"),
        ("challenger.share", "0.5", "nothing"),
    ]
    assert list(told_apart({"port": 80}, {"port": 81})) == [("port", "80", "81")]
