"""Prints where things are kept: one wording for all commands that tell it."""

from __future__ import annotations

from ao import messages


def tell_places(kept: dict[str, str], providers: list[str]) -> None:
    """Print where things are kept, and who provides workspaces.

    Args:
        kept: What is kept, and where.
        providers: Their names.
    """
    for what, where in kept.items():
        messages.result(f"{what.capitalize()} are kept in {where}")
    if providers:
        messages.result(f"Providers of workspaces: {', '.join(providers)}")
