"""Serving, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import httpx
import pytest

from chassis.testing import eventually
from chassis.web import WebSettings, serve
from chassis.web.server import PortTaken, refuse_taken_port

PROGRAM = """
import os
from pathlib import Path
from fastapi import Request
from chassis.web import WebSettings, create_app, page, serve

settings = WebSettings(port=int(os.environ["PORT"]), workers=int(os.environ["WORKERS"]), threads=7)

def build():
    app = create_app("essai", Path(os.environ["TEMPLATES"]), settings, title="Essai")

    @app.get("/")
    def show(request: Request):
        return page(request, "small.html")

    @app.get("/qui")
    async def who(request: Request):
        import anyio.to_thread
        limit = anyio.to_thread.current_default_thread_limiter().total_tokens
        return {"pid": os.getpid(), "client": request.client.host if request.client else None, "threads": limit}

    return app

if __name__ == "__main__":
    serve("program:build", settings)
"""


@pytest.fixture(params=[1, 2], ids=["uvicorn", "granian"])
def served(request, tmp_path, templates):
    (tmp_path / "program.py").write_text(PROGRAM)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "PORT": str(port),
        "WORKERS": str(request.param),
        "TEMPLATES": str(templates),
        "PYTHONPATH": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            eventually(lambda: answers(client), within=30)
            yield client, process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/sante/vivant").status_code == 200
    except httpx.TransportError:
        return False


def test_it_serves_stops_when_told_and_writes_nothing_about_who_came(served):
    client, process = served
    answer = client.get("/", headers={"x-forwarded-for": "203.0.113.7", "user-agent": "Zebulon"})
    assert answer.status_code == 200
    assert answer.headers.get_list("server") == ["paravent"]
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"203.0.113.7" not in output
    assert b"Zebulon" not in output
    assert b"127.0.0.1" not in output
    assert b"GET" not in output


def test_what_a_proxy_says_about_the_client_is_ignored(served):
    client, _ = served
    told = client.get("/qui", headers={"x-forwarded-for": "203.0.113.7", "forwarded": "for=203.0.113.7"}).json()
    assert told["client"] in ("127.0.0.1", None)
    assert told["threads"] == 7


def test_a_killed_server_leaves_no_worker_behind_on_the_port(served):
    client, process = served
    process.kill()
    eventually(lambda: not answers(client))


def test_a_port_that_is_taken_is_refused_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken):
        refuse_taken_port("127.0.0.1", taken.getsockname()[1], within=0)


def test_a_port_shared_by_a_forgotten_process_is_taken():
    with socket.socket() as forgotten:
        forgotten.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        forgotten.bind(("127.0.0.1", 0))
        forgotten.listen()
        with pytest.raises(PortTaken):
            refuse_taken_port("127.0.0.1", forgotten.getsockname()[1], within=0)


def test_several_workers_need_the_factorys_name():
    with pytest.raises(TypeError, match="name"):
        serve(lambda: None, WebSettings(port=0, workers=2))
