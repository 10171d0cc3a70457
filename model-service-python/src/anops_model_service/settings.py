"""The settings of the model-service, read once at its start."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from anops_model_interface.certificates import CertificateFiles
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

FLAGS = {"grpc_host": "host", "grpc_port": "port"}
"""The flags that are called as those of the api-service, whose variables they must not share."""


class Settings(BaseSettings):
    """Settings of the model-service: `ANOPS_…` in the environment, or flags.

    Those that also stand in `ao.toml` win over it.
    """

    model_config = SettingsConfigDict(env_prefix="ANOPS_", frozen=True, extra="ignore")

    project: Path = Field(default=Path(), description="The folder that holds `ao.toml`.")
    grpc_host: str = Field(default="127.0.0.1", description="The address that the gRPC server binds to.")
    grpc_port: int = Field(
        default=9000, ge=0, le=65535, description="The port that the gRPC server binds to; 0: a free one."
    )
    private_stream_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port of the stream for our own api-service, at the same address; 0: a free one. "
        "Where it can't be reached, gRPC does, but slower.",
    )
    tls_certificate: Path | None = Field(
        default=None,
        description="The service's certificate, as PEM: gRPC and the stream then speak TLS. It is read again when it "
        "changes, as are the next two.",
    )
    tls_key: Path | None = Field(default=None, description="The private key of that certificate, as PEM.")
    tls_client_ca: Path | None = Field(
        default=None,
        description="Certificates of authorities, as PEM: only clients with a certificate of one of them may connect "
        "(mTLS).",
    )
    workers: int | None = Field(default=None, ge=1, description="Worker processes; by default `[service] workers`.")
    deadline_seconds: float | None = Field(
        default=None, gt=0, description="Longest prediction, in seconds; by default `[service] deadline_seconds`."
    )
    max_waiting: int = Field(
        default=1024, ge=0, description="Requests that may wait for a worker; further ones are refused."
    )
    drain_seconds: float = Field(
        default=30.0, ge=0, description="How long requests in flight may take after SIGTERM, in seconds."
    )
    start_seconds: float = Field(default=300.0, gt=0, description="How long loading the model may take, in seconds.")
    try_model: bool = Field(
        default=True,
        description="Try the model before it is called ready: with its reference rows, or else with rows made "
        "from `ao.toml`.",
    )
    worker_reload: bool = Field(
        default=True,
        description="A worker that replaces another has the model as its files are then; if false, as they were "
        "at the start, for as long as the process that loaded it lives.",
    )
    model_digest: str = Field(
        default="",
        pattern="^(sha256:[0-9a-f]{64})?$",
        description="The digest that the model must have; a model with another is not loaded. `ao build` writes it "
        "into the image; empty: any.",
    )
    worker_python: str = Field(
        default="",
        description="The Python that loads the model, which must have `anops-worker`; by default the service's own.",
    )
    worker_fork: bool = Field(
        default=True,
        description="Fork workers from one process that has loaded the model (Linux); if false, each loads it by "
        "itself.",
    )
    worker_lend: bool = Field(
        default=True,
        description="Let an api-service that is the only one send requests to the workers directly, which is faster; "
        "if false, or with TLS, each request goes through the supervisor.",
    )
    worker_isolation: str = Field(
        default="auto",
        pattern="^(auto|required|off)$",
        description="Whether the model's code is kept from the network, and from writing files other than temporary "
        "ones: `auto`: as far as the system can, and the log says what it can't; `required`: the service does not "
        "start otherwise; `off`: not at all. What a model needs stands in its `ao.toml`: `[service] network`, "
        "`writable`.",
    )
    worker_max_requests: int = Field(
        default=0, ge=0, description="A worker is replaced after that many requests; 0: never."
    )
    worker_max_memory_mb: int = Field(
        default=0, ge=0, description="A worker is replaced when it holds more memory, in MiB; 0: never."
    )
    max_message_mb: int = Field(default=512, ge=1, le=2047, description="The largest gRPC message, in MiB.")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="How much goes to the log."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key must be given together")
        if self.tls_client_ca is not None and self.tls_certificate is None:
            raise ValueError("tls_client_ca needs tls_certificate and tls_key too")
        return self

    @property
    def certificates(self) -> CertificateFiles:
        """Where the certificates are."""
        return CertificateFiles(self.tls_certificate, self.tls_key, self.tls_client_ca)
