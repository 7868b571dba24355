"""HTTP clients for servers of a test, which speak no TLS."""

from typing import Any

import httpx


def client(url: str = "", **options: Any) -> httpx.Client:
    """Of one address, past any proxy. It loads no authorities: that takes longer than a hundred requests."""
    return httpx.Client(base_url=url, trust_env=False, verify=False, **options)
