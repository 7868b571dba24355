"""TCP ports on the loopback interface."""

import secrets
import socket

HOST = "127.0.0.1"
# Below the ports of outgoing connections (32768 and up on Linux): none of them takes one before its server does.
_RANGE = range(12_000, 32_000)
# Port -> what holds it for this process, against every other platform that starts meanwhile on this machine.
_claims: dict[int, socket.socket] = {}


def free_port() -> int:
    """A port that nobody listens on now, and that no process which still runs has been given."""
    while True:
        port = secrets.choice(_RANGE)
        claim = _claim(port)
        if claim is None:
            continue
        if _nobody_listens(port):
            _claims[port] = claim
            return port
        claim.close()


def _claim(port: int) -> socket.socket | None:
    """An abstract name of the machine, gone with this process; None when somebody has it."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0paravent-port-{port}")
    except OSError:
        claim.close()
        return None
    return claim


def _nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def is_listening(port: int) -> bool:
    """Does somebody accept connections on that port?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
