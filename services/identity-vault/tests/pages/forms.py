"""An agreement's forms, as somebody who is signed in fills them without a browser."""

import re

import httpx


def agreement_path(client: httpx.Client) -> str:
    return re.search(r'href="(/accords/[0-9a-f]+)"', client.get("/").text)[1]


def csrf(page: str) -> str:
    return re.search(r'name="_csrf" value="([^"]+)"', page)[1]


def touch(client: httpx.Client, path: str) -> dict[str, str]:
    """What the form of an agreement sends after a touch, of a key that only a trusting verifier takes."""
    return {"_csrf": csrf(client.get(path).text), "poignee": "x", "assertion": "{}"}


def opened(client: httpx.Client) -> httpx.Response:
    path = agreement_path(client)
    return client.post(path, data=touch(client, path))
