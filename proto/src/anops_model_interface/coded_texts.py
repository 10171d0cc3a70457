"""Columns of few different texts between our own two services: each text once, and which of them each row has.

To read a text of the protocol's BYTES for every row costs a service more than most models take to predict it.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from anops_model_interface.open_inference.open_inference_pb2 import InferParameter

PARAMETER = "anops.texts"
"""The tensor's parameter that holds the different texts, a list in JSON; its values are places in that, from 0."""

DATATYPE = "INT32"
FEWEST_ROWS = 64
"""For fewer rows it does not pay."""


def code(values: np.ndarray, parameters: MutableMapping[str, InferParameter]) -> np.ndarray | None:
    """Code texts.

    Args:
        values: Texts (1-D, object).
        parameters: Those of the tensor; they take in the different texts.

    Returns:
        The places (1-D, int32), or None where there are too many different texts.
    """
    texts = values.tolist()
    different = list(dict.fromkeys(texts))
    if len(texts) < FEWEST_ROWS or len(different) > len(texts) // 4:
        return None
    place = {text: i for i, text in enumerate(different)}
    parameters[PARAMETER].string_param = msgspec.json.encode(different).decode()
    return np.fromiter(itemgetter(*texts)(place), dtype=np.int32, count=len(texts))


def texts_of(values: np.ndarray, parameters: Mapping[str, InferParameter], *, name: str) -> np.ndarray:
    """Return the texts that `code()` has coded, or the values themselves where it has not.

    Args:
        values: What the tensor holds (1-D).
        parameters: The tensor's.
        name: Its name, for the message.

    Raises:
        AnOpsError: `TENSOR`: its places are none.
    """
    if PARAMETER not in parameters:
        return values
    try:
        texts = np.array([*msgspec.json.decode(parameters[PARAMETER].string_param, type=list[str]), ""], dtype=object)
    except msgspec.MsgspecError as error:
        raise AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: its {PARAMETER} are no list of texts.") from error
    if values.dtype != np.int32 or (len(values) and not 0 <= values.min() <= values.max() < len(texts) - 1):
        raise AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: its values are no places in its {PARAMETER}.")
    return np.take(texts, values)
