"""Whether a service can be reached, found out in seconds."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit


def hub_reachable(seconds: float = 2.0) -> bool:
    """Whether the Hugging Face Hub can be reached: its library's own retries take most of a minute to say no.

    False under ``HF_HUB_OFFLINE``; with a proxy it is taken to be reachable, since a socket cannot tell.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        return False
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True
    address = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
    try:
        with socket.create_connection((address.hostname or "", address.port or 443), timeout=seconds):
            return True
    except OSError:
        return False
