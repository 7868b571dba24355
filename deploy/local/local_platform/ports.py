"""TCP ports on the loopback interface."""

import socket

HOST = "127.0.0.1"
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on now and that this process has not been given before."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def is_listening(port: int) -> bool:
    """Does somebody accept connections on that port?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
