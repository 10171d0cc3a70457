"""Refuses an option that is given twice and has one value: the last one would win without a word."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from ao.usage_errors import given_twice

if TYPE_CHECKING:
    from collections.abc import Sequence


class GivenOnceCommand(TyperCommand):
    """A command whose options are given once, apart from switches and those that may be repeated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  Typer's own types are private
        """Read the command line."""
        single = [param for param in self.params if _has_one_value(param)]
        for param, values in zip(single, self._values(ctx, args, single), strict=True):
            if len(values) > 1:
                raise given_twice(ctx.command_path, param.opts[0], values)
        return super().parse_args(ctx, args)

    def _values(self, ctx: Any, args: list[str], single: Sequence[Any]) -> list[list[str]]:  # noqa: ANN401
        """Return all values of each option, in the order in which they are given."""
        collecting = copy(self)
        collecting.params = [_collecting(param) if param in single else param for param in self.params]
        found, _, _ = collecting.make_parser(ctx).parse_args(args=list(args))
        return [found.get(param.name) or [] for param in single]


def _has_one_value(param: Any) -> bool:  # noqa: ANN401  Typer's own types are private
    return param.param_type_name == "option" and not param.multiple and not param.is_flag and not param.count


def _collecting(param: Any) -> Any:  # noqa: ANN401
    collecting = copy(param)
    collecting.multiple = True
    return collecting
