"""RabbitMQ's management API: virtual hosts, users, permissions, topic permissions."""

import json
import secrets
from base64 import b64encode
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from local_platform.addresses import RabbitAddress


class BrokerAdmin:
    """Administers one node. Every `ensure` may be repeated."""

    def __init__(self, server: RabbitAddress) -> None:
        self._server = server

    def ensure_vhost(self, name: str) -> None:
        self.call("PUT", f"vhosts/{_q(name)}", {"default_queue_type": "quorum"})
        self.permit(self._server.user, name, ".*", ".*", ".*")

    def delete_vhost(self, name: str) -> None:
        self.call("DELETE", f"vhosts/{_q(name)}")

    def ensure_user(self, name: str, password: str | None = None) -> str:
        """Create or update an ordinary user (no tag: no management access). Answers its password."""
        secret = password or secrets.token_hex(16)
        self.call("PUT", f"users/{_q(name)}", {"password": secret, "tags": ""})
        return secret

    def delete_user(self, name: str) -> None:
        self.call("DELETE", f"users/{_q(name)}")

    def permit(self, user: str, vhost: str, configure: str, write: str, read: str) -> None:
        """Regular expressions on the names of exchanges and queues; the empty one matches nothing ('^$')."""
        body = {"configure": configure or "^$", "write": write or "^$", "read": read or "^$"}
        self.call("PUT", f"permissions/{_q(vhost)}/{_q(user)}", body)

    def permit_topics(self, user: str, vhost: str, exchange: str, write: str, read: str) -> None:
        """Regular expressions on the routing keys of one topic exchange."""
        body = {"exchange": exchange, "write": write or "^$", "read": read or "^$"}
        self.call("PUT", f"topic-permissions/{_q(vhost)}/{_q(user)}", body)

    def forget_topics(self, user: str, vhost: str) -> None:
        """Remove the user's topic permissions on every exchange."""
        self.call("DELETE", f"topic-permissions/{_q(vhost)}/{_q(user)}")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One API call; answers the decoded JSON, None for an empty answer. A DELETE of what is gone is fine."""
        token = b64encode(f"{self._server.user}:{self._server.password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        try:
            with urlopen(Request(f"{self._server.api_url}/{path}", data, headers, method=method), timeout=10) as answer:
                text = answer.read()
        except HTTPError as error:
            if method == "DELETE" and error.code == 404:
                return None
            raise
        return json.loads(text) if text else None


def _q(name: str) -> str:
    return quote(name, safe="")
