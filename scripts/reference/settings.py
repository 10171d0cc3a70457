"""The settings of the services, from their pydantic-settings classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_api_service.settings import Settings as ApiSettings
from anops_model_service.settings import Settings as ModelSettings

from reference.markdown import table, type_text, value_text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_settings import BaseSettings


def api_service() -> str:
    """Return the table of the api-service's settings."""
    return _settings(ApiSettings)


def model_service() -> str:
    """Return the table of the model-service's settings."""
    return _settings(ModelSettings)


def _settings(settings: type[BaseSettings]) -> str:
    properties = settings.model_json_schema()["properties"]
    prefix = settings.model_config.get("env_prefix", "")
    rows = []
    for name, info in settings.model_fields.items():
        schema = properties[name]
        choices = str(schema.get("pattern", "")).strip("^$()").split("|")
        is_choice = len(choices) > 1 and all(choice.isalpha() for choice in choices)
        kind = ", ".join(f"`{choice}`" for choice in choices) if is_choice else type_text(schema, {})
        default = f"`{info.default}`" if name == "project" else default_text(info)
        rows.append((f"`{prefix}{name.upper()}`", kind, default, str(info.description)))
    return table(("Variable", "Type", "Default", "Meaning"), rows)


def default_text(info: FieldInfo) -> str:
    """Say what a setting is where it is not set."""
    if info.is_required():
        return "required"
    if info.default_factory not in {None, dict}:
        return "computed"
    return value_text(info.get_default(call_default_factory=True, validated_data={}))
