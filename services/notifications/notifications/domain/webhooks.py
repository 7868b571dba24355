"""Webhooks: who is told what, how a message is signed (Standard Webhooks), and where one may not be sent."""

import base64
import hashlib
import hmac
import ipaddress
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from notifications.domain.public_events import TYPES

# https://www.standardwebhooks.com: how a secret is written.
SECRET_PREFIX = "whsec_"  # noqa: S105
# The one part of IPv6 that the internet uses; beside it stand NAT64, IPv4 in disguise, site-local networks...
_UNICAST = ipaddress.ip_network("2000::/3")
# A dead endpoint costs one attempt in this time, whatever waits for it (seconds).
REST = 60


class Status(StrEnum):
    """Where a message to one endpoint stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class BadEndpoint(ValueError):
    """The endpoint cannot be registered. The message says why, in French."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the events of one CdG are sent. `types`: empty for all."""

    id: uuid.UUID
    cdg_id: str
    url: str
    types: tuple[str, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """One event on its way to one endpoint."""

    endpoint_id: uuid.UUID
    event_id: uuid.UUID
    attempts: int
    url: str
    sealed_secret: bytes = field(repr=False)
    body: str = field(repr=False)


def written_secret(random: bytes) -> str:
    """A secret as Standard Webhooks writes one, from 24 to 64 random bytes."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message: HMAC-SHA-256 over "<id>.<timestamp>.<body>", as Standard Webhooks 1.0 says."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def check_endpoint(url: str, types: Sequence[str], *, allow_http: bool) -> None:
    """Raises BadEndpoint for an address that events may not be sent to, or a type that does not exist."""
    try:
        parts = urlsplit(url)
        readable = url.isascii() and url.isprintable() and " " not in url and parts.port != 0
    except ValueError:
        readable = False
    if not readable:
        raise BadEndpoint("l’adresse n’est pas lisible (un nom accentué s’écrit en xn--)")
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise BadEndpoint("l’adresse doit commencer par https://")
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise BadEndpoint("l’adresse doit être un nom d’hôte et un chemin, sans identifiants ni ancre")
    unknown = sorted(set(types) - set(TYPES))
    if unknown:
        raise BadEndpoint(f"types d’événements inconnus : {', '.join(unknown)}")


def is_public_address(text: str) -> bool:
    """May a message be sent to this IP address? Not to private, local, shared, multicast or translated ones."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public_address(str(inner))
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast
