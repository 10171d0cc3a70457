"""The settings of a service's front door, which both REST services have: names, certificate, tokens, and patience."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  pydantic reads the annotations
from typing import TYPE_CHECKING, Self

from anops_model_interface.certificates import CertificateFiles
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from anops_http.access.provider_address import is_provider_address
from anops_http.hosts import names_of

if TYPE_CHECKING:
    from anops_http.access.layer import Tokens


class DoorSettings(BaseSettings):
    """What a service's front door is told: environment variables `ANOPS_…`, or flags."""

    model_config = SettingsConfigDict(env_prefix="ANOPS_", frozen=True, extra="ignore")

    hosts: str = Field(
        default="",
        description="Names under which the service answers, besides addresses, localhost and names without a dot, "
        "separated by commas; .example.org for all names below it, * for any. Otherwise a web page could reach a "
        "service without keys and tokens under a name of the page's own.",
    )
    https_certificate: Path | None = Field(
        default=None,
        description="The service's own certificate, as PEM: it then answers over HTTPS. It is read again when it "
        "changes, as its key is.",
    )
    https_key: Path | None = Field(default=None, description="The private key of that certificate, as PEM.")
    jwt_issuer: str = Field(
        default="",
        description="The identity provider whose tokens (JWT) are accepted, as in their claim `iss`; empty: none are.",
    )
    jwt_audience: str = Field(
        default="", description="The name of this service, which the claim `aud` of a token must contain."
    )
    jwt_keys: str = Field(
        default="",
        description="Where the provider's keys (a JWK Set) are; empty: where its discovery document says.",
    )
    jwt_leeway_seconds: float = Field(
        default=30, ge=0, le=600, description="How far the clocks of provider and service may be apart."
    )

    header_seconds: float = Field(
        default=10,
        gt=0,
        description="How long a request's head may take to arrive; for the first of a connection, the handshake of "
        "HTTPS counts too.",
    )
    body_seconds: float = Field(
        default=30,
        gt=0,
        description="How long to wait for more of a body before it gets status 408, and for a client that has stopped "
        "reading its answer.",
    )
    min_bytes_per_second: float = Field(
        default=240,
        ge=0,
        description="How fast a body must arrive, and its answer be read, on average over body_seconds of waiting for "
        "the client; a slower body gets status 408. 0: no limit.",
    )
    keep_alive_seconds: float = Field(
        default=75, gt=0, description="How long a connection may wait for its next request."
    )
    max_connections: int | None = Field(
        default=None,
        ge=1,
        description="How many connections there may be: beyond that, idle ones are closed, and where none is idle, "
        "further requests get status 429; health checks are answered all the same. By default as many as the system's "
        "limit of open files allows.",
    )

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        return ",".join(sorted(names_of(value)))

    @field_validator("jwt_issuer", "jwt_keys")
    @classmethod
    def _provider(cls, value: str) -> str:
        if value and not is_provider_address(value):
            raise ValueError("it must be an address of HTTPS, or of this computer")
        return value

    @model_validator(mode="after")
    def _whole_door(self) -> Self:
        if self.jwt_issuer and not self.jwt_audience:
            raise ValueError(
                "jwt_issuer needs jwt_audience too: otherwise a token for any other service would be accepted"
            )
        if (self.https_certificate is None) != (self.https_key is None):
            raise ValueError("https_certificate and https_key must be given together")
        return self

    @property
    def certificates(self) -> CertificateFiles:
        """Where the service's own certificate is."""
        return CertificateFiles(self.https_certificate, self.https_key)

    def tokens(self) -> Tokens | None:
        """Return what checks tokens; None where none are taken."""
        if not self.jwt_issuer:
            return None
        # slow to import, with the cryptography below it
        from anops_http.access.provider_keys import ProviderKeys  # noqa: PLC0415
        from anops_http.access.tokens import ProviderTokens  # noqa: PLC0415

        return ProviderTokens(ProviderKeys(self.jwt_issuer, self.jwt_keys), self.jwt_audience, self.jwt_leeway_seconds)
