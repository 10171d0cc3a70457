"""One table of the codes of errors: what each means over gRPC, over HTTP and for a script."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Self

from anops_model_interface.exit_codes import ExitCode


class CodeInfo(NamedTuple):
    """What a code means to each side.

    Attributes:
        grpc: Name of the gRPC status.
        http: HTTP status.
        title: The RFC 9457 title: short, the same for every occurrence.
        exit: How a command of `ao` ends.
        passes: Whether the same request may do in a moment; clients are told by `Retry-After`.
        by_services: Whether a service that serves a model answers with it; else only a command fails with it.
    """

    grpc: str
    http: int
    title: str
    exit: ExitCode = ExitCode.PROBLEM
    passes: bool = False
    by_services: bool = True


def _command(grpc: str, http: int, title: str, exit_code: ExitCode = ExitCode.PROBLEM) -> CodeInfo:
    return CodeInfo(grpc, http, title, exit_code, by_services=False)


class Code(StrEnum):
    """What went wrong, as a word that programs can rely on.

    Attributes:
        info: What it means to each side.
    """

    _value_: str
    info: CodeInfo

    def __new__(cls, word: str, info: CodeInfo) -> Self:
        """Make a member of a row of the table."""
        code = str.__new__(cls, word)
        code._value_ = word
        code.info = info
        return code

    # what a service answers
    BODY_SYNTAX = "BODY_SYNTAX", CodeInfo("INVALID_ARGUMENT", 400, "The body can't be read")
    BODY_SHAPE = "BODY_SHAPE", CodeInfo("INVALID_ARGUMENT", 422, "The body must hold rows or columns")
    BODY_TOO_LARGE = "BODY_TOO_LARGE", CodeInfo("RESOURCE_EXHAUSTED", 413, "The body is too large")
    BODY_STALLED = "BODY_STALLED", CodeInfo("DEADLINE_EXCEEDED", 408, "The body is not complete")
    REQUEST_SYNTAX = "REQUEST_SYNTAX", CodeInfo("INVALID_ARGUMENT", 400, "The request is not HTTP")
    HEAD_TOO_LARGE = "HEAD_TOO_LARGE", CodeInfo("RESOURCE_EXHAUSTED", 431, "The request's head is too large")
    HEAD_STALLED = "HEAD_STALLED", CodeInfo("DEADLINE_EXCEEDED", 408, "The request's head is not complete")
    MEDIA_TYPE = "MEDIA_TYPE", CodeInfo("INVALID_ARGUMENT", 415, "The body's media type is not supported")
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE", CodeInfo("INVALID_ARGUMENT", 406, "The answer can't be given in that media type")
    COLUMN_MISSING = "COLUMN_MISSING", CodeInfo("INVALID_ARGUMENT", 422, "A column is missing")
    COLUMN_LENGTH = "COLUMN_LENGTH", CodeInfo("INVALID_ARGUMENT", 422, "Columns must have the same number of rows")
    COLUMN_TYPE = "COLUMN_TYPE", CodeInfo("INVALID_ARGUMENT", 422, "A value has the wrong type")
    COLUMN_RANGE = "COLUMN_RANGE", CodeInfo("INVALID_ARGUMENT", 422, "A value is out of range")
    COLUMN_VALUE = "COLUMN_VALUE", CodeInfo("INVALID_ARGUMENT", 422, "A value is not among the allowed ones")
    COLUMN_LEVEL = "COLUMN_LEVEL", CodeInfo("INVALID_ARGUMENT", 422, "A level is new to the model")
    VALUE_MISSING = "VALUE_MISSING", CodeInfo("INVALID_ARGUMENT", 422, "A value is missing")
    OPTION_UNKNOWN = "OPTION_UNKNOWN", CodeInfo("INVALID_ARGUMENT", 422, "An option is unknown")
    OPTION_VALUE = "OPTION_VALUE", CodeInfo("INVALID_ARGUMENT", 422, "An option has a wrong value")
    TENSOR = "TENSOR", CodeInfo("INVALID_ARGUMENT", 400, "A tensor can't be read")
    NO_SERIES = "NO_SERIES", CodeInfo("FAILED_PRECONDITION", 422, "The model forecasts no time series")
    HORIZON = "HORIZON", CodeInfo("INVALID_ARGUMENT", 422, "The horizon can't be forecast")
    PERIOD = "PERIOD", CodeInfo("INVALID_ARGUMENT", 422, "A time is not one of the series' periods")
    OBSERVATION_DIFFERS = (
        "OBSERVATION_DIFFERS",
        CodeInfo("ALREADY_EXISTS", 409, "Another value was observed before for this time"),
    )
    SERIES_DIFFERS = (
        "SERIES_DIFFERS",
        CodeInfo("FAILED_PRECONDITION", 409, "The store keeps another series by this name"),
    )
    SERIES_STORE = (
        "SERIES_STORE",
        CodeInfo("UNAVAILABLE", 503, "The time-series store can't be used", ExitCode.SERVICE, passes=True),
    )
    PATH_NOT_FOUND = "PATH_NOT_FOUND", CodeInfo("NOT_FOUND", 404, "There is nothing at this path")
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED", CodeInfo("UNIMPLEMENTED", 405, "The path does not take this method")
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND", CodeInfo("NOT_FOUND", 404, "There is no such model")
    MODEL_LOAD = "MODEL_LOAD", CodeInfo("UNAVAILABLE", 503, "The model can't be loaded", ExitCode.MODEL, passes=True)
    MODEL_REFUSED = "MODEL_REFUSED", CodeInfo("INVALID_ARGUMENT", 422, "The model's server refused the rows")
    MODEL_FAILED = "MODEL_FAILED", CodeInfo("INTERNAL", 500, "The model failed", ExitCode.MODEL)
    MODEL_OUTPUT = (
        "MODEL_OUTPUT",
        CodeInfo("INTERNAL", 500, "The model gave an answer that can't be used", ExitCode.MODEL),
    )
    NOT_READY = "NOT_READY", CodeInfo("UNAVAILABLE", 503, "The model is not ready", ExitCode.SERVICE, passes=True)
    WORKER_DIED = "WORKER_DIED", CodeInfo("UNAVAILABLE", 503, "The model's process died", ExitCode.MODEL, passes=True)
    QUEUE_FULL = (
        "QUEUE_FULL",
        CodeInfo("RESOURCE_EXHAUSTED", 429, "Too many requests are waiting", ExitCode.SERVICE, passes=True),
    )
    NO_ROOM = "NO_ROOM", CodeInfo("RESOURCE_EXHAUSTED", 507, "There is no room for the answer")
    DEADLINE = "DEADLINE", CodeInfo("DEADLINE_EXCEEDED", 504, "The prediction took too long", ExitCode.MODEL)
    LOG_UNUSABLE = (
        "LOG_UNUSABLE",
        CodeInfo("UNAVAILABLE", 503, "The prediction log can't be written", ExitCode.SERVICE, passes=True),
    )
    HOST = "HOST", CodeInfo("INVALID_ARGUMENT", 421, "The service does not answer under this name", ExitCode.SERVICE)
    UNAUTHENTICATED = "UNAUTHENTICATED", CodeInfo("UNAUTHENTICATED", 401, "The caller is not known", ExitCode.SERVICE)
    FORBIDDEN = "FORBIDDEN", CodeInfo("PERMISSION_DENIED", 403, "The caller may not do this", ExitCode.SERVICE)
    RATE_LIMIT = (
        "RATE_LIMIT",
        CodeInfo("RESOURCE_EXHAUSTED", 429, "Too many requests of one caller", ExitCode.SERVICE, passes=True),
    )
    IDENTITY_PROVIDER = (
        "IDENTITY_PROVIDER",
        CodeInfo("UNAVAILABLE", 503, "The identity provider can't be asked", ExitCode.SERVICE, passes=True),
    )
    INTERNAL = "INTERNAL", CodeInfo("INTERNAL", 500, "AnOps failed")
    # what only a command fails with
    USAGE = "USAGE", _command("INVALID_ARGUMENT", 422, "A command, flag or argument can't be used", ExitCode.USAGE)
    FILE_NOT_FOUND = "FILE_NOT_FOUND", _command("NOT_FOUND", 422, "There is no such file", ExitCode.USAGE)
    FILE_UNREADABLE = "FILE_UNREADABLE", _command("INVALID_ARGUMENT", 422, "A file can't be read", ExitCode.USAGE)
    FILE_UNWRITABLE = "FILE_UNWRITABLE", _command("FAILED_PRECONDITION", 422, "A file can't be written", ExitCode.USAGE)
    FILE_DENIED = "FILE_DENIED", _command("PERMISSION_DENIED", 403, "A file may not be read or written")
    FILE_EXISTS = "FILE_EXISTS", _command("ALREADY_EXISTS", 409, "There is already a file", ExitCode.PROJECT)
    NO_ROWS = "NO_ROWS", _command("FAILED_PRECONDITION", 422, "There are no rows")
    DATASET_NOT_FOUND = (
        "DATASET_NOT_FOUND",
        _command("NOT_FOUND", 404, "There is no such dataset or version", ExitCode.USAGE),
    )
    DATASET_ALTERED = "DATASET_ALTERED", _command("DATA_LOSS", 422, "A stored version has changed since it was added")
    DATASET_CONTRACT = (
        "DATASET_CONTRACT",
        _command("FAILED_PRECONDITION", 422, "A new version breaks the contract of its dataset"),
    )
    STORE_UNUSABLE = (
        "STORE_UNUSABLE",
        _command("UNAVAILABLE", 502, "A store can't be reached or used", ExitCode.SERVICE),
    )
    PROJECT_NOT_FOUND = "PROJECT_NOT_FOUND", _command("NOT_FOUND", 404, "There is no such project", ExitCode.PROJECT)
    PROJECT_EXISTS = "PROJECT_EXISTS", _command("ALREADY_EXISTS", 409, "There is already a project", ExitCode.PROJECT)
    PROJECT_INVALID = (
        "PROJECT_INVALID",
        _command("FAILED_PRECONDITION", 422, "The project can't be used as it is", ExitCode.PROJECT),
    )
    ENVIRONMENT = (
        "ENVIRONMENT",
        _command("FAILED_PRECONDITION", 422, "What the project needs is not installed", ExitCode.PROJECT),
    )
    INSTALL_FAILED = "INSTALL_FAILED", _command("INTERNAL", 500, "A package can't be installed")
    EXAMPLE_FAILED = "EXAMPLE_FAILED", _command("INTERNAL", 500, "The example can't be fitted")
    TASK_FAILED = "TASK_FAILED", _command("INTERNAL", 500, "A task failed")
    TRAINING_FAILED = "TRAINING_FAILED", _command("INTERNAL", 500, "A training failed")
    EXPERIMENT_FAILED = "EXPERIMENT_FAILED", _command("INTERNAL", 500, "An experiment failed")
    MONITORING_FAILED = (
        "MONITORING_FAILED",
        _command("FAILED_PRECONDITION", 422, "The model's predictions can't be looked at"),
    )
    WORKSPACE_FAILED = "WORKSPACE_FAILED", _command("INTERNAL", 500, "A workspace failed")
    DEPLOYMENT_FAILED = "DEPLOYMENT_FAILED", _command("INTERNAL", 500, "An environment can't be changed")
    DEPLOYMENT_BUSY = "DEPLOYMENT_BUSY", _command("ABORTED", 409, "Somebody else is changing the environment")
    PLAN_OUTDATED = "PLAN_OUTDATED", _command("FAILED_PRECONDITION", 409, "A plan is out of date")
    APPROVAL_REFUSED = (
        "APPROVAL_REFUSED",
        _command("PERMISSION_DENIED", 403, "The caller can't approve this promotion"),
    )
    MODEL_LIMIT = (
        "MODEL_LIMIT",
        _command("RESOURCE_EXHAUSTED", 422, "Looking at the model took more than its limit", ExitCode.MODEL),
    )
    MODEL_COLUMNS = (
        "MODEL_COLUMNS",
        _command(
            "FAILED_PRECONDITION", 409, "The model was fitted on columns other than those of ao.toml", ExitCode.MODEL
        ),
    )
    MODEL_EXISTS = "MODEL_EXISTS", _command("ALREADY_EXISTS", 409, "This version is another fit", ExitCode.PROJECT)
    PORT_UNUSABLE = "PORT_UNUSABLE", _command("UNAVAILABLE", 503, "A port can't be used", ExitCode.SERVICE)
    SERVICE_FAILED = "SERVICE_FAILED", _command("INTERNAL", 500, "A service ended or did not start", ExitCode.SERVICE)
    SERVICE_UNREACHABLE = (
        "SERVICE_UNREACHABLE",
        _command("UNAVAILABLE", 502, "A service can't be reached", ExitCode.SERVICE),
    )
    SERVICE_ANSWER = (
        "SERVICE_ANSWER",
        _command("INTERNAL", 502, "A service gave an answer that can't be used", ExitCode.SERVICE),
    )
    OTHER_MODEL = "OTHER_MODEL", _command("FAILED_PRECONDITION", 409, "The service has another model", ExitCode.SERVICE)
    ENGINE = "ENGINE", _command("UNAVAILABLE", 503, "No Docker engine answers, or it refused", ExitCode.ENGINE)
    ENGINE_DENIED = (
        "ENGINE_DENIED",
        _command("PERMISSION_DENIED", 503, "The Docker engine may not be used", ExitCode.ENGINE_DENIED),
    )
    DISK_FULL = (
        "DISK_FULL",
        _command("RESOURCE_EXHAUSTED", 507, "The Docker engine has no disk space left", ExitCode.DISK_FULL),
    )
    BASE_IMAGE = "BASE_IMAGE", _command("UNAVAILABLE", 502, "The base image can't be pulled", ExitCode.BASE_IMAGE)
    DOCKERFILE = "DOCKERFILE", _command("FAILED_PRECONDITION", 422, "The Dockerfile can't be used", ExitCode.DOCKERFILE)
    DEPENDENCY = (
        "DEPENDENCY",
        _command("FAILED_PRECONDITION", 422, "A package of the image can't be installed", ExitCode.DEPENDENCY),
    )
    R_PACKAGE = (
        "R_PACKAGE",
        _command("FAILED_PRECONDITION", 422, "An R package of the image can't be found", ExitCode.R_PACKAGE),
    )
    REGISTRY = "REGISTRY", _command("UNAVAILABLE", 502, "The image can't be pushed", ExitCode.REGISTRY)
    IMAGE_CHECKS = (
        "IMAGE_CHECKS",
        _command("FAILED_PRECONDITION", 422, "The checks in the image found errors", ExitCode.IMAGE_CHECKS),
    )
    IMAGE_NOT_FOUND = "IMAGE_NOT_FOUND", _command("NOT_FOUND", 404, "There is no such image", ExitCode.USAGE)
    SIGNATURE = (
        "SIGNATURE",
        _command("FAILED_PRECONDITION", 422, "The image is not signed by a trusted key, or can't be signed"),
    )
    VERSION_NOT_FOUND = (
        "VERSION_NOT_FOUND",
        _command("NOT_FOUND", 404, "There is no such model, version or alias in the registry", ExitCode.USAGE),
    )
    VERSION_ALTERED = (
        "VERSION_ALTERED",
        _command(
            "FAILED_PRECONDITION",
            409,
            "A version's files are missing, or not those that were registered",
            ExitCode.MODEL,
        ),
    )
    RUN_NOT_FOUND = "RUN_NOT_FOUND", _command("NOT_FOUND", 404, "There is no such run", ExitCode.USAGE)
    ID_NOT_FOUND = (
        "ID_NOT_FOUND",
        _command("NOT_FOUND", 404, "There is no request, run, version, image or dataset with this id", ExitCode.USAGE),
    )
    PROMOTION_REFUSED = (
        "PROMOTION_REFUSED",
        _command("FAILED_PRECONDITION", 409, "The version does not pass what a promotion asks for"),
    )
    PROMOTION_OVERTAKEN = "PROMOTION_OVERTAKEN", _command("ABORTED", 409, "Another promotion was faster")
    PROMOTION_HELD = "PROMOTION_HELD", _command("FAILED_PRECONDITION", 409, "A person holds the alias or version")
    INTERRUPTED = "INTERRUPTED", _command("CANCELLED", 409, "The command was interrupted", ExitCode.INTERRUPTED)


SERVICE_CODES = tuple(code for code in Code if code.info.by_services)
"""What a service answers."""

COMMAND_CODES = tuple(code for code in Code if not code.info.by_services)
"""What only a command fails with."""
