"""The errors of Feast that are asked for."""


class FeatureViewNotFoundException(Exception):  # noqa: N818  as Feast has it
    """There is no such view."""
