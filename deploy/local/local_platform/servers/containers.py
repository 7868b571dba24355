"""The same servers as containers, when a Docker engine answers and the images are already there. Nothing is pulled."""

import secrets
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError, URLError

import psycopg

from local_platform.addresses import OpenBaoAddress, PostgresAddress, RabbitAddress
from local_platform.processes import NotReadyError

_POSTGRES = ("postgres:15", "postgres:16", "postgres:17", "postgres:18")
_RABBITMQ = ("rabbitmq:3", "rabbitmq:4")
_OPENBAO = ("openbao/openbao", "quay.io/openbao/openbao")


def wanted(choice: str) -> bool:
    """Containers or native servers? `native` and `containers` force; otherwise containers when everything is there."""
    if choice == "native":
        return False
    if choice == "containers":
        return True
    return all(_image(prefixes) for prefixes in (_POSTGRES, _RABBITMQ, _OPENBAO))


def _image(prefixes: tuple[str, ...]) -> str | None:
    """The first local image with one of these prefixes (a RabbitMQ one must carry the management plugin)."""
    import docker
    from docker.errors import DockerException

    try:
        engine = docker.from_env(timeout=3)
        try:
            tags = sorted(tag for image in engine.images.list() for tag in image.tags)
        finally:
            engine.close()
    except DockerException:
        return None
    usable = [tag for tag in tags if not tag.startswith("rabbitmq") or "management" in tag]
    return next((tag for tag in usable if tag.startswith(prefixes)), None)


class _Container:
    """One throw-away container; its ports are published on the loopback interface."""

    prefixes: tuple[str, ...]

    def __init__(self) -> None:
        self._container: Any = None

    def _run(self, *ports: int, command: str | None = None, **environment: str) -> tuple[str, list[int]]:
        from testcontainers.core.container import DockerContainer

        image = _image(self.prefixes)
        if image is None:
            raise NotReadyError(f"no local image among {', '.join(self.prefixes)}")
        container = DockerContainer(image).with_exposed_ports(*ports)
        for name, value in environment.items():
            container = container.with_env(name, value)
        if command:
            container = container.with_command(command)
        self._container = container.start()
        host: str = self._container.get_container_host_ip()
        return host, [int(self._container.get_exposed_port(port)) for port in ports]

    def discard(self) -> None:
        if self._container:
            self._container.stop()


class Postgres(_Container):
    prefixes = _POSTGRES

    def start(self) -> PostgresAddress:
        password = secrets.token_hex(16)
        quiet = "-c fsync=off -c log_statement=none -c log_min_error_statement=panic -c log_error_verbosity=terse"
        host, (port,) = self._run(
            5432, command=f"postgres -c max_connections=200 -c timezone=UTC {quiet}", POSTGRES_PASSWORD=password
        )
        address = PostgresAddress(host, port, "postgres", password)
        _wait(lambda: _connects(address))
        return address


class RabbitMQ(_Container):
    prefixes = _RABBITMQ

    def start(self) -> RabbitAddress:
        password = secrets.token_hex(16)
        host, (port, api) = self._run(5672, 15672, RABBITMQ_DEFAULT_USER="platform", RABBITMQ_DEFAULT_PASS=password)
        _wait(lambda: _status(f"http://{host}:{api}/") == 200)
        return RabbitAddress(host, port, api, "platform", password)

    def restart(self) -> None:
        """Stop and start the broker within its container, which keeps its ports."""
        for command in ("stop_app", "start_app", "await_startup"):
            self._container.exec(["rabbitmqctl", command])


class OpenBao(_Container):
    prefixes = _OPENBAO

    def start(self) -> OpenBaoAddress:
        token = secrets.token_hex(16)
        host, (port,) = self._run(
            8200, command=f"server -dev -dev-root-token-id={token} -dev-listen-address=0.0.0.0:8200"
        )
        url = f"http://{host}:{port}"
        _wait(lambda: _status(f"{url}/v1/sys/health") == 200)
        return OpenBaoAddress(url, token)


def _wait(check: Callable[[], bool], within: float = 90) -> None:
    deadline = time.monotonic() + within
    while not check():
        if time.monotonic() > deadline:
            raise NotReadyError("the container does not answer")
        time.sleep(0.2)


def _connects(address: PostgresAddress) -> bool:
    try:
        with psycopg.connect(address.url(), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, ConnectionError, TimeoutError):
        return 0
