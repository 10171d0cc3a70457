"""A provider's file is taken as the mission prints it, and refused with what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from anops_workspaces.compiling import compile_spec
from anops_workspaces.failures import WorkspaceError
from anops_workspaces.ir import Ir
from anops_workspaces.parsing import parse, provider_of
from printed_providers import AZURE, LOCAL

if TYPE_CHECKING:
    from pathlib import Path


def compiled(home: Path, provider: str, **limits: Any) -> Ir:
    asked = {"min_workers": None, "max_workers": None, **limits}
    return compile_spec(parse("dev", provider=provider, home=home, folder=home, **asked))


def write(home: Path, name: str, text: str) -> None:
    (home / "providers").mkdir(exist_ok=True)
    (home / "providers" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_both_printed_examples_are_taken_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, "azure", AZURE)
    write(tmp_path, "local", LOCAL)
    azure, local = compiled(tmp_path, "azure"), compiled(tmp_path, "local", min_workers=2, max_workers=10)
    assert (azure.target, azure.place["aks_cluster"], azure.auth) == ("azure", "modelops-aks", "cli")
    assert (local.target, local.place["context"]) == ("kubernetes", "kind-kind")
    assert local.place["kubeconfig"] == "~/.kube/config"
    assert (local.workers.minimum, local.workers.maximum) == (2, 10)


def test_without_a_context_or_a_file_local_is_this_computer(tmp_path: Path) -> None:
    assert compiled(tmp_path, "local").target == "processes"
    write(tmp_path, "local", "kind: Provider\nprovider: local\nspec: {memory: 1.5 GB}\n")
    told = compiled(tmp_path, "local", max_workers=4)
    assert (told.target, told.workers.memory_bytes) == ("processes", 1_500_000_000)
    assert (told.workers.minimum, told.workers.maximum) == (1, 4)


def test_the_representation_is_data_that_comes_back_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "azure", AZURE)
    told = compiled(tmp_path, "azure")
    assert Ir.from_dict(yaml.safe_load(yaml.safe_dump(told.to_dict()))) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: Provider\nprovider: azure\nspec: {location: eastus}", "`spec.subscription_id` is missing."),
        ("kind: Provider\nprovider: local\nspec: {contxt: a}", "`spec.contxt` is not a key of it."),
        ("kind: Provider\nprovider: gcp", "`provider` must be one of local, docker, kubernetes, azure, not 'gcp'."),
        ("kind: Provider\nspec: {}", "`provider` is missing: one of local, docker, kubernetes, azure."),
        ("kind: Cluster\nprovider: local", "`kind` is 'Cluster': input should be 'Provider'."),
        ("kind: Provider\nprovider: local\nspec: {image: a}", "`image` can be given only with `context`"),
        ("kind: Provider\nprovider: docker\nspec: {memory: lots}", "`spec.memory` is 'lots'"),
        ("kind: Provider\nprovider: local\nauth: {method: password}", "`auth.method` is 'password'"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_its_key(text: str, said: str) -> None:
    with pytest.raises(WorkspaceError) as refused:
        provider_of(yaml.safe_load(text), "p.yaml")
    assert said in "\n".join([str(refused.value), *refused.value.details])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spec: {password: hunter2}", "`spec.password` is a secret by its name."),
        ("auth: {method: environment, client_secret: hunter2}", "`auth.client_secret` is a secret by its name."),
        ("spec: {image: 'https://me:hunter2@host/i'}", "`spec.image` holds a password in an address."),
        ("spec: {notes: ['-----BEGIN RSA PRIVATE KEY-----hunter2']}", "`spec.notes[1]` holds a private key."),
        ("spec: {folder: 'https://a/?sv=1&sig=hunter2'}", "`spec.folder` holds an access key."),
    ],
)
def test_a_file_with_a_secret_is_refused_and_the_secret_not_repeated(text: str, said: str) -> None:
    with pytest.raises(WorkspaceError, match="holds a secret; a provider must hold none") as refused:
        provider_of(yaml.safe_load(f"kind: Provider\nprovider: docker\n{text}"), "p.yaml")
    told = "\n".join([str(refused.value), *refused.value.details])
    assert said in told
    assert "hunter2" not in told


def test_limits_and_names_are_checked(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as refused:
        compiled(tmp_path, "local", min_workers=3, max_workers=2)
    assert refused.value.details == ("`min_workers` (3) must not exceed `max_workers` (2).",)
    with pytest.raises(WorkspaceError) as refused:
        parse("../x", provider="local", home=tmp_path, folder=tmp_path, min_workers=None, max_workers=None)
    assert refused.value.details[0].startswith("`name` is '../x'")


def test_a_file_that_is_not_there_or_no_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="There is no provider `big`") as missing:
        compiled(tmp_path, "big")
    assert missing.value.details == (f"It would be {tmp_path / 'providers' / 'big.yaml'}.",)
    write(tmp_path, "bad", "kind: Provider\n  provider: local\n")
    with pytest.raises(WorkspaceError, match=r"bad\.yaml, line 2 is not YAML"):
        compiled(tmp_path, "bad")
