"""Keeps runs and versions of models by MLflow's client."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
from anops_control.tracking.port import NotKeptError, RegisteredModel, Version
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from anops_tracking.failures import told
from anops_tracking.flavour import describe
from anops_tracking.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.tracking.port import NewVersion

_PAGE = 1000
_VARIABLE = "MLFLOW_TRACKING_URI"


@contextmanager
def _alone(uri: str) -> Iterator[bool]:
    """Let one process at a time make the tables of a file; MLflow breaks the file where two do. Say whether it is one.

    Where no lock can be made, such as in a folder that is only read, nothing is made either.
    """
    if not uri.startswith("sqlite:///"):
        yield False
        return
    with ExitStack() as stack:
        with suppress(OSError):
            lock = stack.enter_context(Path(f"{uri.removeprefix('sqlite:///')}.lock").open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield True


class MlflowKeeper(Runs):
    """What MLflow keeps at an address, as a project sees it."""

    def __init__(self, uri: str, artifacts: Path | None, experiment: str) -> None:
        """Open it.

        Raises:
            AwayError: It can't be opened.
        """
        self.where = uri
        before = os.environ.get(_VARIABLE)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        # MLflow tells the processes that are started from here, models among them; what a person has set stays
        if before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = before
        with told(), _alone(uri) as is_database:
            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            if is_database:  # its tables are made, or made newer, where it is first asked
                client.search_experiments(max_results=1)
                client.search_registered_models(max_results=1)
        super().__init__(client, artifacts, experiment)

    def models(self) -> list[RegisteredModel]:
        """Return all registered models, by name."""
        with told():
            found = _all(lambda token: self._client.search_registered_models(max_results=_PAGE, page_token=token))
        return sorted((_model(each) for each in found), key=lambda each: each.name)

    def model(self, name: str) -> RegisteredModel:
        """Return a registered model."""
        with told():
            return _model(self._client.get_registered_model(name))

    def versions(self, model: str) -> list[Version]:
        """Return the versions of a model, the newest first."""
        # the language of its filters has no way to write a quote
        wanted = f"name='{model}'" if "'" not in model else ""
        aliases: dict[int, list[str]] = {}
        for alias, number in self.model(model).aliases.items():
            aliases.setdefault(number, []).append(alias)
        with told():
            found = _all(
                lambda token: self._client.search_model_versions(wanted, max_results=_PAGE * 10, page_token=token)
            )
        versions = [
            _version(each, tuple(sorted(aliases.get(int(each.version), ())))) for each in found if each.name == model
        ]
        return sorted(versions, key=lambda each: -each.number)

    def version(self, model: str, number: int) -> Version:
        """Return a version."""
        with told():
            found = self._client.get_model_version(model, str(number))
        return _version(found, tuple(sorted(found.aliases)))

    def register(self, new: NewVersion) -> Version:
        """Keep a version, with all its files; where that fails, no trace of it is left."""
        with told():
            made = self._make_model(new.model)
            logged = self._client.create_logged_model(
                self.experiment_id(), name="model", source_run_id=new.run, model_type="anops"
            )
            try:
                with tempfile.TemporaryDirectory(prefix="ao-register-") as work:
                    folder = Path(work, "model")
                    new.folder.rename(folder) if _same_disk(new.folder, work) else shutil.copytree(new.folder, folder)
                    describe(new, folder)
                    self._client.log_model_artifacts(logged.model_id, str(folder))
                self._client.finalize_logged_model(logged.model_id, "READY")
                found = self._client.create_model_version(
                    new.model,
                    f"models:/{logged.model_id}",
                    run_id=new.run,
                    tags=dict(new.tags),
                    description=new.description,
                    model_id=logged.model_id,
                )
            except BaseException:
                self._client.delete_logged_model(logged.model_id)
                if made:
                    self._client.delete_registered_model(new.model)
                raise
        return _version(found, ())

    def move_alias(self, model: str, alias: str, number: int) -> None:
        """Let an alias point to a version."""
        with told():
            self._client.set_registered_model_alias(model, alias, str(number))

    def drop_alias(self, model: str, alias: str) -> None:
        """Take an alias away."""
        with told():
            self._client.delete_registered_model_alias(model, alias)

    def tag_model(self, model: str, key: str, value: str) -> None:
        """Say something of a model, in place of what was said under that key before."""
        with told():
            self._client.set_registered_model_tag(model, key, value)

    def tag_version(self, model: str, number: int, key: str, value: str) -> None:
        """Say something of a version."""
        with told():
            self._client.set_model_version_tag(model, str(number), key, value)

    def remove_version(self, model: str, number: int) -> None:
        """Remove a version."""
        with told():
            self._client.delete_model_version(model, str(number))

    def remove_model(self, model: str) -> None:
        """Remove a model that has no versions any more."""
        with told():
            self._client.delete_registered_model(model)

    def fetch(self, version: Version, into: Path) -> None:
        """Copy the files of a version, which `register` was given, into an empty folder."""
        self._bring(version.source, into)

    def fetch_of_run(self, run: str, name: str, into: Path) -> None:
        """Copy the files of the model that a run has logged under a name."""
        self._bring(f"runs:/{self.run(run).id}/{name}", into)

    def _bring(self, address: str, into: Path) -> None:
        try:
            with told():
                brought = Path(mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=str(into)))
            if brought.resolve() != into.resolve():  # a run's model comes in a folder of its name, a version's does not
                for each in brought.iterdir():
                    each.rename(into / each.name)
        except OSError as error:
            raise NotKeptError(f"{address}: {error.strerror or error}") from error

    def _make_model(self, name: str) -> bool:
        try:
            self._client.create_registered_model(name)
        except MlflowException as error:
            if error.error_code == "RESOURCE_ALREADY_EXISTS":
                return False
            raise
        return True


def _same_disk(folder: Path, other: str) -> bool:
    return folder.stat().st_dev == Path(other).stat().st_dev


def _all(page: Any) -> list[Any]:  # noqa: ANN401  MLflow is untyped
    found, token = [], None
    while True:
        got = page(token)
        found += list(got)
        token = got.token
        if not token:
            return found


def _model(found: Any) -> RegisteredModel:  # noqa: ANN401  the same
    return RegisteredModel(
        name=found.name,
        description=found.description or "",
        aliases={alias: int(number) for alias, number in dict(found.aliases).items()},
        tags=dict(found.tags),
    )


def _version(found: Any, aliases: tuple[str, ...]) -> Version:  # noqa: ANN401  the same
    return Version(
        model=found.name,
        number=int(found.version),
        aliases=aliases,
        description=found.description or "",
        tags=dict(found.tags),
        run=found.run_id or "",
        created=int(found.creation_timestamp or 0),
        source=found.source or "",
    )
