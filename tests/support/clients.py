"""HTTP clients for servers of a test, which speak no TLS."""

from typing import Any

import httpx

# Seconds. Our servers close a connection that was idle for 5: a client that waits as long may write to a closed one.
_LIMITS = httpx.Limits(keepalive_expiry=2)


def client(url: str = "", *, address: str | None = None, **options: Any) -> httpx.Client:
    """Of one server, past any proxy; `address`: the loopback address to come from. It loads no authorities: that takes
    longer than a hundred requests."""
    transport = httpx.HTTPTransport(local_address=address, verify=False, trust_env=False, limits=_LIMITS)
    return httpx.Client(base_url=url, transport=transport, trust_env=False, **options)
