"""The gRPC channel to a model-service."""

from __future__ import annotations

import grpc
import grpc.aio
from anops_model_interface.certificates import CertificateFiles, read_certificates

from anops_api_service.upstream.server_watch import CHANNEL_OPTIONS

_GIB = 1 << 30
_PLAIN = CertificateFiles()
_OPTIONS = [
    ("grpc.enable_retries", 0),  # the api-service alone retries
    ("grpc.max_receive_message_length", _GIB),
    ("grpc.max_send_message_length", _GIB),
    ("grpc.initial_reconnect_backoff_ms", 100),
    # so long a connection may take to be made: who is silent meanwhile is noticed by who follows the server
    ("grpc.min_reconnect_backoff_ms", 12_000),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # a container that replaces another has a new address; gRPC would look for it every 30 seconds only
    ("grpc.dns_min_time_between_resolutions_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),
    *CHANNEL_OPTIONS,
    ("grpc.enable_http_proxy", 0),  # a company's proxy is no way to the process beside this one
]


def open_channel(url: str, certificates: CertificateFiles = _PLAIN) -> grpc.aio.Channel:
    """Open a channel that finds a server again soon after it was away.

    Args:
        url: HOST:PORT of the server.
        certificates: With which to ask; without any, nothing is encrypted.

    Raises:
        CertificateError: One can't be used.
    """
    if certificates:
        read = read_certificates(certificates)
        credentials = grpc.ssl_channel_credentials(read.authorities, read.key, read.certificate)
        return grpc.aio.secure_channel(url, credentials, options=_OPTIONS)
    return grpc.aio.insecure_channel(url, options=_OPTIONS)
