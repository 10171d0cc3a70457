"""One table of the codes of errors: what each means over gRPC, over HTTP and for a script."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExitCode(IntEnum):
    """How a command ended; a command returns one, or raises an error whose code has one."""

    OK = 0
    """The command did what it was asked."""
    PROBLEM = 1
    """The command found or met a problem: a check failed, a task failed, a prediction was refused."""
    USAGE = 2
    """A command, flag or argument is not one that `ao` knows."""
    PROJECT = 3
    """There is no project here, or its ao.toml can't be used."""
    MODEL = 4
    """The model can't be loaded, or failed."""
    SERVICE = 5
    """A service or a port can't be reached or used."""
    ENGINE = 10
    """No Docker engine answers, or it refused what it was asked."""
    ENGINE_DENIED = 11
    """A Docker engine runs here, but you may not use it."""
    DISK_FULL = 12
    """The Docker engine has no disk space left."""
    BASE_IMAGE = 13
    """The base image is not on this machine, and can't be pulled."""
    DOCKERFILE = 14
    """The Dockerfile is missing, can't be used, or a step of it failed."""
    DEPENDENCY = 15
    """A package that the image needs can't be installed."""
    R_PACKAGE = 16
    """An R package that the image needs is nowhere, or not at a version that fits."""
    REGISTRY = 17
    """The registry can't be reached, or does not take the image."""
    IMAGE_CHECKS = 18
    """In the image the code, the tests, their coverage or the reference predictions are not as they must be."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Code(StrEnum):
    """What went wrong, as a word that programs can rely on."""

    BODY_SYNTAX = "BODY_SYNTAX"
    BODY_SHAPE = "BODY_SHAPE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    BODY_STALLED = "BODY_STALLED"
    REQUEST_SYNTAX = "REQUEST_SYNTAX"
    HEAD_TOO_LARGE = "HEAD_TOO_LARGE"
    HEAD_STALLED = "HEAD_STALLED"
    MEDIA_TYPE = "MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_LENGTH = "COLUMN_LENGTH"
    COLUMN_TYPE = "COLUMN_TYPE"
    COLUMN_RANGE = "COLUMN_RANGE"
    COLUMN_VALUE = "COLUMN_VALUE"
    COLUMN_LEVEL = "COLUMN_LEVEL"
    VALUE_MISSING = "VALUE_MISSING"
    OPTION_UNKNOWN = "OPTION_UNKNOWN"
    OPTION_VALUE = "OPTION_VALUE"
    TENSOR = "TENSOR"
    NO_SERIES = "NO_SERIES"
    HORIZON = "HORIZON"
    PERIOD = "PERIOD"
    OBSERVATION_DIFFERS = "OBSERVATION_DIFFERS"
    SERIES_DIFFERS = "SERIES_DIFFERS"
    SERIES_STORE = "SERIES_STORE"
    PATH_NOT_FOUND = "PATH_NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND"
    MODEL_LOAD = "MODEL_LOAD"
    MODEL_REFUSED = "MODEL_REFUSED"
    MODEL_FAILED = "MODEL_FAILED"
    MODEL_OUTPUT = "MODEL_OUTPUT"
    NOT_READY = "NOT_READY"
    WORKER_DIED = "WORKER_DIED"
    QUEUE_FULL = "QUEUE_FULL"
    NO_ROOM = "NO_ROOM"
    DEADLINE = "DEADLINE"
    LOG_UNUSABLE = "LOG_UNUSABLE"
    USAGE = "USAGE"
    FILE_NOT_FOUND = "FILE_NOT_FOUND"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    FILE_UNWRITABLE = "FILE_UNWRITABLE"
    FILE_DENIED = "FILE_DENIED"
    FILE_EXISTS = "FILE_EXISTS"
    NO_ROWS = "NO_ROWS"
    DATASET_NOT_FOUND = "DATASET_NOT_FOUND"
    DATASET_ALTERED = "DATASET_ALTERED"
    DATASET_CONTRACT = "DATASET_CONTRACT"
    STORE_UNUSABLE = "STORE_UNUSABLE"
    PROJECT_NOT_FOUND = "PROJECT_NOT_FOUND"
    PROJECT_EXISTS = "PROJECT_EXISTS"
    PROJECT_INVALID = "PROJECT_INVALID"
    ENVIRONMENT = "ENVIRONMENT"
    INSTALL_FAILED = "INSTALL_FAILED"
    EXAMPLE_FAILED = "EXAMPLE_FAILED"
    CHECKS_FAILED = "CHECKS_FAILED"
    TASK_FAILED = "TASK_FAILED"
    TRAINING_FAILED = "TRAINING_FAILED"
    EXPERIMENT_FAILED = "EXPERIMENT_FAILED"
    MONITORING_FAILED = "MONITORING_FAILED"
    WORKSPACE_FAILED = "WORKSPACE_FAILED"
    DEPLOYMENT_FAILED = "DEPLOYMENT_FAILED"
    DEPLOYMENT_BUSY = "DEPLOYMENT_BUSY"
    PLAN_OUTDATED = "PLAN_OUTDATED"
    APPROVAL_REFUSED = "APPROVAL_REFUSED"
    MODEL_LIMIT = "MODEL_LIMIT"
    MODEL_COLUMNS = "MODEL_COLUMNS"
    MODEL_EXISTS = "MODEL_EXISTS"
    PORT_UNUSABLE = "PORT_UNUSABLE"
    SERVICE_FAILED = "SERVICE_FAILED"
    SERVICE_UNREACHABLE = "SERVICE_UNREACHABLE"
    SERVICE_ANSWER = "SERVICE_ANSWER"
    OTHER_MODEL = "OTHER_MODEL"
    ENGINE = "ENGINE"
    ENGINE_DENIED = "ENGINE_DENIED"
    DISK_FULL = "DISK_FULL"
    BASE_IMAGE = "BASE_IMAGE"
    DOCKERFILE = "DOCKERFILE"
    DEPENDENCY = "DEPENDENCY"
    R_PACKAGE = "R_PACKAGE"
    REGISTRY = "REGISTRY"
    IMAGE_CHECKS = "IMAGE_CHECKS"
    IMAGE_NOT_FOUND = "IMAGE_NOT_FOUND"
    SIGNATURE = "SIGNATURE"
    VERSION_NOT_FOUND = "VERSION_NOT_FOUND"
    VERSION_ALTERED = "VERSION_ALTERED"
    RUN_NOT_FOUND = "RUN_NOT_FOUND"
    ID_NOT_FOUND = "ID_NOT_FOUND"
    PROMOTION_REFUSED = "PROMOTION_REFUSED"
    PROMOTION_OVERTAKEN = "PROMOTION_OVERTAKEN"
    PROMOTION_HELD = "PROMOTION_HELD"
    INTERRUPTED = "INTERRUPTED"
    HOST = "HOST"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMIT = "RATE_LIMIT"
    IDENTITY_PROVIDER = "IDENTITY_PROVIDER"
    INTERNAL = "INTERNAL"


class CodeInfo(NamedTuple):
    """What a code means to each side.

    Attributes:
        grpc: Name of the gRPC status.
        http: HTTP status.
        exit: How a command of `ao` ends.
        title: The RFC 9457 title: short, the same for every occurrence.
        passes: Whether the same request may do in a moment; clients are told by `Retry-After`.
    """

    grpc: str
    http: int
    exit: ExitCode
    title: str
    passes: bool = False


SERVICE_CODES: Mapping[Code, CodeInfo] = MappingProxyType(
    {
        Code.BODY_SYNTAX: CodeInfo("INVALID_ARGUMENT", 400, ExitCode.PROBLEM, "The body can't be read"),
        Code.BODY_SHAPE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "The body must hold rows or columns"),
        Code.BODY_TOO_LARGE: CodeInfo("RESOURCE_EXHAUSTED", 413, ExitCode.PROBLEM, "The body is too large"),
        Code.BODY_STALLED: CodeInfo("DEADLINE_EXCEEDED", 408, ExitCode.PROBLEM, "The body did not come to its end"),
        Code.REQUEST_SYNTAX: CodeInfo("INVALID_ARGUMENT", 400, ExitCode.PROBLEM, "The request is no HTTP"),
        Code.HEAD_TOO_LARGE: CodeInfo("RESOURCE_EXHAUSTED", 431, ExitCode.PROBLEM, "The request's head is too large"),
        Code.HEAD_STALLED: CodeInfo(
            "DEADLINE_EXCEEDED", 408, ExitCode.PROBLEM, "The request's head did not come to its end"
        ),
        Code.MEDIA_TYPE: CodeInfo("INVALID_ARGUMENT", 415, ExitCode.PROBLEM, "The body's media type is not supported"),
        Code.NOT_ACCEPTABLE: CodeInfo(
            "INVALID_ARGUMENT", 406, ExitCode.PROBLEM, "The answer can't be given in that media type"
        ),
        Code.COLUMN_MISSING: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A column is missing"),
        Code.COLUMN_LENGTH: CodeInfo(
            "INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "Columns must have the same number of rows"
        ),
        Code.COLUMN_TYPE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A value has the wrong type"),
        Code.COLUMN_RANGE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A value is out of range"),
        Code.COLUMN_VALUE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A value is not among the allowed ones"),
        Code.COLUMN_LEVEL: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A level is new to the model"),
        Code.VALUE_MISSING: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A value is missing"),
        Code.OPTION_UNKNOWN: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "An option is unknown"),
        Code.OPTION_VALUE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "An option has a wrong value"),
        Code.TENSOR: CodeInfo("INVALID_ARGUMENT", 400, ExitCode.PROBLEM, "A tensor can't be read"),
        Code.NO_SERIES: CodeInfo("FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "The model forecasts no time series"),
        Code.HORIZON: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "The horizon can't be forecast"),
        Code.PERIOD: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "A time is none of the series' periods"),
        Code.OBSERVATION_DIFFERS: CodeInfo(
            "ALREADY_EXISTS", 409, ExitCode.PROBLEM, "Another value was observed before for this time"
        ),
        Code.SERIES_DIFFERS: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.PROBLEM, "The store keeps another series by this name"
        ),
        Code.SERIES_STORE: CodeInfo(
            "UNAVAILABLE", 503, ExitCode.SERVICE, "The time-series store can't be used", passes=True
        ),
        Code.PATH_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.PROBLEM, "There is nothing at this path"),
        Code.METHOD_NOT_ALLOWED: CodeInfo("UNIMPLEMENTED", 405, ExitCode.PROBLEM, "The path does not take this method"),
        Code.MODEL_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.PROBLEM, "There is no such model"),
        Code.MODEL_LOAD: CodeInfo("UNAVAILABLE", 503, ExitCode.MODEL, "The model can't be loaded", passes=True),
        Code.MODEL_REFUSED: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.PROBLEM, "The model's server refused the rows"),
        Code.MODEL_FAILED: CodeInfo("INTERNAL", 500, ExitCode.MODEL, "The model failed"),
        Code.MODEL_OUTPUT: CodeInfo("INTERNAL", 500, ExitCode.MODEL, "The model gave an answer that can't be used"),
        Code.NOT_READY: CodeInfo("UNAVAILABLE", 503, ExitCode.SERVICE, "The model is not ready", passes=True),
        Code.WORKER_DIED: CodeInfo("UNAVAILABLE", 503, ExitCode.MODEL, "The model's process died", passes=True),
        Code.QUEUE_FULL: CodeInfo(
            "RESOURCE_EXHAUSTED", 429, ExitCode.SERVICE, "Too many requests are waiting", passes=True
        ),
        Code.NO_ROOM: CodeInfo("RESOURCE_EXHAUSTED", 507, ExitCode.PROBLEM, "There is no room for the answer"),
        Code.DEADLINE: CodeInfo("DEADLINE_EXCEEDED", 504, ExitCode.MODEL, "The prediction took too long"),
        Code.LOG_UNUSABLE: CodeInfo(
            "UNAVAILABLE", 503, ExitCode.SERVICE, "The prediction log can't be written", passes=True
        ),
        Code.HOST: CodeInfo("INVALID_ARGUMENT", 421, ExitCode.SERVICE, "The service does not answer under this name"),
        Code.UNAUTHENTICATED: CodeInfo("UNAUTHENTICATED", 401, ExitCode.SERVICE, "Who asks is not known"),
        Code.FORBIDDEN: CodeInfo("PERMISSION_DENIED", 403, ExitCode.SERVICE, "Who asks may not do this"),
        Code.RATE_LIMIT: CodeInfo(
            "RESOURCE_EXHAUSTED", 429, ExitCode.SERVICE, "Too many requests of one caller", passes=True
        ),
        Code.IDENTITY_PROVIDER: CodeInfo(
            "UNAVAILABLE", 503, ExitCode.SERVICE, "The identity provider can't be asked", passes=True
        ),
        Code.INTERNAL: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "AnOps failed"),
    }
)
"""What a service answers."""

COMMAND_CODES: Mapping[Code, CodeInfo] = MappingProxyType(
    {
        Code.USAGE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.USAGE, "A command, flag or argument can't be used"),
        Code.FILE_NOT_FOUND: CodeInfo("NOT_FOUND", 422, ExitCode.USAGE, "There is no such file"),
        Code.FILE_UNREADABLE: CodeInfo("INVALID_ARGUMENT", 422, ExitCode.USAGE, "A file can't be read"),
        Code.FILE_UNWRITABLE: CodeInfo("FAILED_PRECONDITION", 422, ExitCode.USAGE, "A file can't be written"),
        Code.FILE_DENIED: CodeInfo("PERMISSION_DENIED", 403, ExitCode.PROBLEM, "A file may not be read or written"),
        Code.FILE_EXISTS: CodeInfo("ALREADY_EXISTS", 409, ExitCode.PROJECT, "A file is there already"),
        Code.NO_ROWS: CodeInfo("FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "There are no rows"),
        Code.DATASET_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.USAGE, "There is no such dataset or version"),
        Code.DATASET_ALTERED: CodeInfo("DATA_LOSS", 422, ExitCode.PROBLEM, "A kept version is not as it was added"),
        Code.DATASET_CONTRACT: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "A new version breaks the contract of its dataset"
        ),
        Code.STORE_UNUSABLE: CodeInfo("UNAVAILABLE", 502, ExitCode.SERVICE, "A store can't be reached or used"),
        Code.PROJECT_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.PROJECT, "There is no such project"),
        Code.PROJECT_EXISTS: CodeInfo("ALREADY_EXISTS", 409, ExitCode.PROJECT, "There is a project already"),
        Code.PROJECT_INVALID: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.PROJECT, "The project can't be used as it is"
        ),
        Code.ENVIRONMENT: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.PROJECT, "What the project needs is not installed"
        ),
        Code.INSTALL_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "A package can't be installed"),
        Code.EXAMPLE_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "The example can't be fitted"),
        Code.CHECKS_FAILED: CodeInfo("FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "The checks found errors"),
        Code.TASK_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "A task failed"),
        Code.TRAINING_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "A training failed"),
        Code.EXPERIMENT_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "An experiment failed"),
        Code.MONITORING_FAILED: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "The model's predictions can't be looked at"
        ),
        Code.WORKSPACE_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "A workspace failed"),
        Code.DEPLOYMENT_FAILED: CodeInfo("INTERNAL", 500, ExitCode.PROBLEM, "An environment can't be changed"),
        Code.DEPLOYMENT_BUSY: CodeInfo("ABORTED", 409, ExitCode.PROBLEM, "Somebody else is changing the environment"),
        Code.PLAN_OUTDATED: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.PROBLEM, "A plan is no longer what would be done"
        ),
        Code.APPROVAL_REFUSED: CodeInfo(
            "PERMISSION_DENIED", 403, ExitCode.PROBLEM, "Whoever asks can't approve this promotion"
        ),
        Code.MODEL_LIMIT: CodeInfo(
            "RESOURCE_EXHAUSTED", 422, ExitCode.MODEL, "Looking at the model took more than its limit"
        ),
        Code.MODEL_COLUMNS: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.MODEL, "The model was fitted on other columns than ao.toml has"
        ),
        Code.MODEL_EXISTS: CodeInfo("ALREADY_EXISTS", 409, ExitCode.PROJECT, "This version is another fit"),
        Code.PORT_UNUSABLE: CodeInfo("UNAVAILABLE", 503, ExitCode.SERVICE, "A port can't be used"),
        Code.SERVICE_FAILED: CodeInfo("INTERNAL", 500, ExitCode.SERVICE, "A service ended or did not start"),
        Code.SERVICE_UNREACHABLE: CodeInfo("UNAVAILABLE", 502, ExitCode.SERVICE, "A service can't be reached"),
        Code.SERVICE_ANSWER: CodeInfo("INTERNAL", 502, ExitCode.SERVICE, "A service gave an answer that can't be used"),
        Code.OTHER_MODEL: CodeInfo("FAILED_PRECONDITION", 409, ExitCode.SERVICE, "The service has another model"),
        Code.ENGINE: CodeInfo("UNAVAILABLE", 503, ExitCode.ENGINE, "No Docker engine answers, or it refused"),
        Code.ENGINE_DENIED: CodeInfo(
            "PERMISSION_DENIED", 503, ExitCode.ENGINE_DENIED, "The Docker engine may not be used"
        ),
        Code.DISK_FULL: CodeInfo(
            "RESOURCE_EXHAUSTED", 507, ExitCode.DISK_FULL, "The Docker engine has no disk space left"
        ),
        Code.BASE_IMAGE: CodeInfo("UNAVAILABLE", 502, ExitCode.BASE_IMAGE, "The base image can't be pulled"),
        Code.DOCKERFILE: CodeInfo("FAILED_PRECONDITION", 422, ExitCode.DOCKERFILE, "The Dockerfile can't be used"),
        Code.DEPENDENCY: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.DEPENDENCY, "A package of the image can't be installed"
        ),
        Code.R_PACKAGE: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.R_PACKAGE, "An R package of the image can't be found"
        ),
        Code.REGISTRY: CodeInfo("UNAVAILABLE", 502, ExitCode.REGISTRY, "The image can't be pushed"),
        Code.IMAGE_CHECKS: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.IMAGE_CHECKS, "The checks in the image found errors"
        ),
        Code.IMAGE_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.USAGE, "There is no such image"),
        Code.SIGNATURE: CodeInfo(
            "FAILED_PRECONDITION", 422, ExitCode.PROBLEM, "The image is not signed by a key that counts, or can't be"
        ),
        Code.VERSION_NOT_FOUND: CodeInfo(
            "NOT_FOUND", 404, ExitCode.USAGE, "There is no such model, version or alias in the registry"
        ),
        Code.VERSION_ALTERED: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.MODEL, "A version's files are gone, or not those that were registered"
        ),
        Code.RUN_NOT_FOUND: CodeInfo("NOT_FOUND", 404, ExitCode.USAGE, "There is no such run"),
        Code.ID_NOT_FOUND: CodeInfo(
            "NOT_FOUND", 404, ExitCode.USAGE, "There is no request, run, version, image or dataset of this id"
        ),
        Code.PROMOTION_REFUSED: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.PROBLEM, "The version does not pass what a promotion asks for"
        ),
        Code.PROMOTION_OVERTAKEN: CodeInfo("ABORTED", 409, ExitCode.PROBLEM, "Another promotion was quicker"),
        Code.PROMOTION_HELD: CodeInfo(
            "FAILED_PRECONDITION", 409, ExitCode.PROBLEM, "A person holds the alias or version"
        ),
        Code.INTERRUPTED: CodeInfo("CANCELLED", 409, ExitCode.INTERRUPTED, "The command was interrupted"),
    }
)
"""What only a command fails with."""

CODES: Mapping[Code, CodeInfo] = MappingProxyType({**SERVICE_CODES, **COMMAND_CODES})
