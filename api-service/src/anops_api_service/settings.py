"""Everything about the service that a person can set, in one place."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  pydantic reads the annotations
from typing import Self

from anops_http.door_settings import DoorSettings
from anops_model_interface.certificates import CertificateFiles
from anops_model_interface.log_file import log_place
from anops_model_interface.origins import origins_of
from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from anops_api_service.keeping.kept_columns import KeptColumns, columns_of
from anops_api_service.limits import Limits
from anops_api_service.traffic.arms import arms_of, named_version
from anops_api_service.upstream.addresses import Address, addresses_of


class Settings(DoorSettings):
    """The settings of the api-service: flags go before environment variables `ANOPS_…`, those before defaults."""

    model_config = SettingsConfigDict(env_prefix="ANOPS_", frozen=True, extra="ignore")

    host: str = Field(
        default="127.0.0.1",
        description="The address to listen on; 0.0.0.0 lets other machines in.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on; 0 picks a free one.")
    shared_port: bool = Field(
        default=False,
        description="Let other api-services of the same user listen on the same port: the system gives each new "
        "connection to one of them. It begins to listen once its models are ready. So one takes over from another with "
        "no request lost (SO_REUSEPORT).",
    )
    model_url: str = Field(
        default="127.0.0.1:9000",
        description="HOST:PORT of the model-service, or of any server of the Open Inference Protocol; for several "
        "models, their addresses separated by commas, or the flag repeated. HOST:PORT/NAME names the model of a server "
        "that has several.",
    )
    model_name: str = Field(
        default="",
        description="The model's name, where a server has several and its address does not name it; empty: the only "
        "one it has.",
    )
    default_model: str = Field(
        default="",
        description="With several models, NAME or NAME/VERSION of the one that answers where a path names none; "
        "without a version, the highest whose server is there. Empty: the only one.",
    )
    split: str = Field(
        default="",
        description="Versions of one model that share its requests, with their weights: "
        "iris/1.0.0=90,iris/1.1.0=10. A path that names a version is not split. Empty: no splitting.",
    )
    split_header: str = Field(
        default="AnOps-Unit",
        pattern="^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
        description="The header in which a caller names whose request it is, such as a customer: the same one always "
        "gets the same version. Requests without it are split one by one.",
    )
    shadow: str = Field(
        default="",
        description="NAME/VERSION of a version that also gets the rows of requests that another version of the model "
        "has answered. Its answers go into the prediction log only. Empty: none.",
    )
    model_ca: Path | None = Field(
        default=None,
        description="Certificates of authorities, as PEM: the model-service is then reached over TLS, and must have "
        "a certificate from one of them, for its name in model_url.",
    )
    model_client_certificate: Path | None = Field(
        default=None, description="The certificate, as PEM, that a model-service with tls_client_ca asks for."
    )
    model_client_key: Path | None = Field(default=None, description="The private key of that certificate, as PEM.")
    schema_file: Path | None = Field(
        default=None,
        description="A file that names the columns of a model whose server does not name them: a schema in TOML or "
        "JSON, or example rows in CSV.",
    )
    answer_seconds: float = Field(
        default=60, gt=0, description="After how long a prediction is given up, with status 504."
    )
    max_body_mb: float = Field(
        default=256, gt=0, description="The largest body that is read, in megabytes; a larger one gets status 413."
    )
    max_stream_mb: float = Field(
        default=10_000,
        gt=0,
        description="The largest body of CSV or Arrow that is read piece by piece, in megabytes; for a single record "
        "batch, max_body_mb is the limit.",
    )
    max_spool_mb: float = Field(
        default=1000,
        gt=0,
        description="How much of the disk all answers to such bodies together may take until they are complete, "
        "in megabytes; one that does not fit gets status 507.",
    )
    max_bodies_mb: float = Field(
        default=512,
        gt=0,
        description="How much memory all bodies in progress together may take, in megabytes; one that does not fit "
        "gets status 429. A body takes several times its size while it is read, one large one at a time.",
    )
    max_queue: int = Field(
        default=1024,
        ge=1,
        description="How many predictions of a model may be in progress or waiting; further ones get status 429.",
    )
    drain_seconds: float = Field(default=30, ge=0, description="How long a stop waits for requests in progress.")
    cors_origins: str = Field(
        default="",
        description="Origins whose web pages may send requests, such as https://app.example, separated by commas; * "
        "for all; empty: none.",
    )
    keys_file: Path | None = Field(
        default=None,
        description="The file of keys, made by `ao key add`: requests without one get status 401. It is read again "
        "when it changes.",
    )
    own_key_hash: str = Field(
        default="",
        pattern="^(sha256:[0-9a-f]{64})?$",
        description="The hash of a further key that opens everything, for whoever has started the service.",
    )
    allow_anyone: bool = Field(
        default=False,
        description="Allow listening elsewhere than on loopback without keys and tokens.",
    )
    prediction_log: str = Field(
        default="",
        description="Where the service keeps which version of the model has answered which request: a file of SQLite, "
        "or, where several machines share it, an address such as postgresql://anops@db:5432/log. Without it nothing is "
        "kept.",
    )
    prediction_log_values: bool = Field(
        default=False, description="Keep the rows that were sent, and their predictions, in it too."
    )
    series_store: str = Field(
        default="",
        description="Where observations and forecasts of time series are kept: a file of SQLite, or, where several "
        "machines share them, an address such as postgresql://anops@db:5432/series. Without it models forecast from "
        "the end of their fit, and observations are refused.",
    )
    feature_store: str = Field(
        default="",
        description="Where the newest values of features are kept, for requests that carry an entity's key in place of "
        "them: a file that `ao features materialize` has written, or an address of Redis, such as "
        "redis://features:6379/0, or a Feast repository with a Python that has Feast, "
        "feast:/srv/repo?python=/srv/feast/bin/python. Without it nothing is looked up.",
    )
    prediction_log_columns: str | None = Field(
        default=None,
        description="The only columns of the rows to keep: names separated by commas, or a list as JSON; `[]` for "
        "none. Without it all are kept.",
    )
    prediction_log_without: str = Field(
        default="", description="Columns that are never kept in it, such as names of people; written the same way."
    )
    prediction_log_days: float | None = Field(
        default=None, gt=0, description="After how many days predictions and outcomes are deleted from it."
    )
    prediction_log_mb: float | None = Field(
        default=None, gt=0, description="How large its file may be, in megabytes; beyond it the oldest are deleted."
    )
    metrics: bool = Field(
        default=True, description="Count requests, and summarise rows and predictions, for `GET /metrics`."
    )
    traces: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+/?)?$",
        description="An OpenTelemetry collector (OTLP over gRPC), such as http://127.0.0.1:4317, that gets a trace "
        "of each request; without it there are no traces.",
    )
    log_level: str = Field(
        default="info",
        pattern="^(debug|info|warning|error)$",
        description="What goes into the log: debug, info, warning or error.",
    )
    log_format: str = Field(
        default="auto",
        pattern="^(auto|text|json)$",
        description="The form of the log: text, json, or auto, which is text on a terminal and JSON elsewhere.",
    )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        return ",".join(sorted(origins_of(value)))

    @field_validator("prediction_log_columns", "prediction_log_without")
    @classmethod
    def _columns(cls, value: str | None) -> str | None:
        if value is not None:
            columns_of(value)
        return value

    @field_validator("prediction_log")
    @classmethod
    def _place(cls, value: str) -> str:
        log_place(value)
        return value

    @field_validator("split")
    @classmethod
    def _arms(cls, value: str) -> str:
        arms_of(value)
        return value

    @field_validator("shadow")
    @classmethod
    def _version(cls, value: str) -> str:
        if value:
            named_version(value)
        return value

    @field_validator("model_url")
    @classmethod
    def _addresses(cls, value: str) -> str:
        addresses_of(value)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.model_client_certificate is None) != (self.model_client_key is None):
            raise ValueError("model_client_certificate and model_client_key must be given together")
        if self.model_client_certificate is not None and self.model_ca is None:
            raise ValueError("model_client_certificate needs model_ca too: without it, no TLS is spoken")
        if self.prediction_log_mb is not None and "://" in self.prediction_log:
            raise ValueError("prediction_log_mb is for files; in PostgreSQL, set prediction_log_days")
        return self

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where the models are."""
        return addresses_of(self.model_url, self.model_name)

    @property
    def kept_columns(self) -> KeptColumns:
        """What of the rows the prediction log keeps."""
        only = None if self.prediction_log_columns is None else columns_of(self.prediction_log_columns)
        return KeptColumns(only, columns_of(self.prediction_log_without))

    @property
    def model_certificates(self) -> CertificateFiles:
        """Where the certificates are with which model-services are asked."""
        return CertificateFiles(self.model_client_certificate, self.model_client_key, self.model_ca)

    @property
    def limits(self) -> Limits:
        """What requests may take of memory and disk."""
        return Limits(
            body=int(self.max_body_mb * 1_000_000),
            stream=int(self.max_stream_mb * 1_000_000),
            spool=int(self.max_spool_mb * 1_000_000),
            bodies=int(self.max_bodies_mb * 1_000_000),
        )
