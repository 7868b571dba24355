"""The same servers as containers, when a Docker engine answers and the images are already there. Nothing is pulled."""

import os
import secrets
import socket
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

import psutil
import psycopg

from local_platform.addresses import OpenBaoAddress, PostgresAddress, RabbitAddress
from local_platform.ports import HOST
from local_platform.processes import NotReadyError
from local_platform.servers import postgres

_POSTGRES = ("postgres:15", "postgres:16", "postgres:17", "postgres:18")
_RABBITMQ = ("rabbitmq:3", "rabbitmq:4")
_OPENBAO = ("openbao/openbao:", "quay.io/openbao/openbao:", "ghcr.io/openbao/openbao:")
_MAKER = "paravent.maker"  # label: machine and process that a container belongs to


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
    """One throw-away container; its image is there, its ports are drawn by the engine."""

    prefixes: tuple[str, ...]

    def __init__(self) -> None:
        self._container: Any = None

    def _run(
        self, *ports: int, command: str | None = None, options: dict[str, Any] | None = None, **environment: str
    ) -> tuple[str, list[int]]:
        image = _image(self.prefixes)
        if image is None:
            raise NotReadyError(f"no local image among {', '.join(self.prefixes)}")
        self._container = container = _new_container(image)
        _sweep(container.get_docker_client().client)
        _expose(container, ports)
        container.with_envs(**environment).with_kwargs(labels={_MAKER: _maker(os.getpid())}, **(options or {}))
        if command:
            container.with_command(command)
        container.start()
        host = str(container.get_container_host_ip()).replace("localhost", HOST)
        return host, [int(container.get_exposed_port(port)) for port in ports]

    def discard(self) -> None:
        if self._container:
            self._container.stop()


def _new_container(image: str) -> Any:
    """The reaper of testcontainers is an image of its own, which would be pulled: `_sweep` does its work."""
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    testcontainers_config.ryuk_disabled = True
    return DockerContainer(image)


def _expose(container: Any, ports: tuple[int, ...]) -> None:
    """An engine publishes on every interface by default; here on the loopback one, unless we are in a container too."""
    from testcontainers.core.config import ConnectionMode

    engine = container.get_docker_client()
    container.with_exposed_ports(*ports)
    if engine.get_connection_mode() == ConnectionMode.docker_host and engine.host() == "localhost":
        container.ports = {str(port): (HOST, None) for port in ports}


def _maker(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}"


def _sweep(engine: Any) -> None:
    """Remove what runs of this machine left behind when they were killed."""
    for left in engine.containers.list(all=True, filters={"label": _MAKER}, ignore_removed=True):
        pid = left.labels[_MAKER].rpartition("/")[2]
        if left.labels[_MAKER] == _maker(pid) and not psutil.pid_exists(int(pid)):
            left.remove(force=True, v=True)


class Postgres(_Container):
    prefixes = _POSTGRES

    def start(self) -> PostgresAddress:
        password = secrets.token_hex(16)
        settings = {**postgres.SETTINGS, **postgres.NOT_DURABLE}
        command = " ".join(["postgres", *(f"-c {name}={value}" for name, value in settings.items())])
        host, (port,) = self._run(5432, command=command, POSTGRES_PASSWORD=password)
        address = PostgresAddress(host, port, "postgres", password)
        _wait(lambda: _connects(address))
        return address


class RabbitMQ(_Container):
    prefixes = _RABBITMQ

    def start(self) -> RabbitAddress:
        from docker.types import Ulimit

        password = secrets.token_hex(16)
        host, (port, api) = self._run(
            5672,
            15672,
            # Erlang allocates for every file that it may open: an engine's "unlimited" costs gigabytes.
            options={"ulimits": [Ulimit(name="nofile", soft=4096, hard=4096)]},
            RABBITMQ_DEFAULT_USER="platform",
            RABBITMQ_DEFAULT_PASS=password,
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none +sbwtdio none",
        )
        _wait(lambda: _status(f"http://{host}:{api}/") == 200 and _greets(host, port))
        return RabbitAddress(host, port, api, "platform", password)

    def restart(self) -> None:
        """Stop and start the broker within its container, which keeps its ports. Raises NotReadyError."""
        for command in ("stop_app", "start_app", "await_startup"):
            if self._container.exec(["rabbitmqctl", command]).exit_code != 0:
                raise NotReadyError(f"rabbitmqctl {command} failed")


class OpenBao(_Container):
    prefixes = _OPENBAO

    def start(self) -> OpenBaoAddress:
        token = secrets.token_hex(16)
        host, (port,) = self._run(
            8200, command="server -dev", BAO_DEV_ROOT_TOKEN_ID=token, BAO_DEV_LISTEN_ADDRESS="0.0.0.0:8200"
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


def _greets(host: str, port: int) -> bool:
    """Does a broker answer the AMQP header? A published port accepts connections before anybody listens behind it."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) != b""
    except OSError:
        return False


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, HTTPException, ConnectionError, TimeoutError):
        return 0
