from __future__ import annotations

import pytest
from anops_control.errors import CommandError
from anops_control.experiments.finding import checked


def test_faults_name_the_keys_that_were_given_and_keep_what_was_written_in_them() -> None:
    with pytest.raises(CommandError) as refused:
        checked(function="experiments.asked.py:f", replicates="experiments.asked.many", funktion=1)
    told = "\n".join(refused.value.details)
    assert "`replicates` is 'experiments.asked.many': " in told
    assert "`funktion` is not known." in told
