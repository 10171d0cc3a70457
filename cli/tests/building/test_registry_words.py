from __future__ import annotations

import pytest
from anops_control.building.registry_words import Refusal, refusal_of


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("no basic auth credentials", Refusal.CREDENTIALS),
        ("unauthorized: authentication required", Refusal.CREDENTIALS),
        ("denied: requested access to the resource is denied", Refusal.CREDENTIALS),
        (
            (
                "pull access denied for x, repository does not exist or may require 'docker login': denied: requested "
                "access to the resource is denied"
            ),
            Refusal.ABSENT,
        ),
        ("manifest for 127.0.0.1:5000/x:1 not found: manifest unknown: manifest unknown", Refusal.ABSENT),
        ('Get "https://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused', Refusal.UNREACHABLE),
        ('Get "https://r/v2/": dial tcp: lookup r: no such host', Refusal.UNREACHABLE),
        ('Get "https://r/v2/": x509: certificate signed by unknown authority', Refusal.UNTRUSTED),
        ("http: server gave HTTP response to HTTPS client", Refusal.UNTRUSTED),
        ("name invalid: something else", Refusal.OTHER),
        (
            'error parsing HTTP 403 response body: no error details found: "timeout"',
            Refusal.CREDENTIALS,
        ),
        ('error parsing HTTP 401 response body: unexpected end of JSON input: ""', Refusal.CREDENTIALS),
        ('error parsing HTTP 429 response body: invalid character: "<html>403 Forbidden</html>"', Refusal.OTHER),
        ('error parsing HTTP 503 response body: unexpected end of JSON input: ""', Refusal.UNREACHABLE),
    ],
)
def test_what_engines_say_is_understood(said: str, refusal: Refusal) -> None:
    assert refusal_of(said) is refusal
