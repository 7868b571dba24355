"""What a trace says, what it never says, and where it stops."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from chassis import telemetry
from chassis.db import Database

SECRET = "Canari"


@pytest.fixture
def spans():
    """Finished spans as they left the process, by name."""
    exporter = InMemorySpanExporter()
    telemetry.configure("casework", "web", None, exporter=exporter)

    def read() -> dict[str, object]:
        telemetry.flush()
        finished = exporter.get_finished_spans()
        assert SECRET not in "".join(span.to_json() for span in finished)
        return {span.name: span for span in finished}

    yield read
    telemetry.shutdown()


def test_a_span_keeps_the_attributes_of_the_list_only(spans):
    with telemetry.span("relay.batch", count=3, reporter=SECRET) as made:
        made.set_attribute("url.query", SECRET)
        made.set_attribute("exception.message", SECRET)
        made.set_attribute("client.address", "192.0.2.1")
    (span,) = spans().values()
    assert dict(span.attributes) == {"paravent.count": 3}
    assert dict(span.resource.attributes) == {
        "service.name": "casework",
        "service.namespace": "paravent",
        "paravent.role": "web",
    }


def test_an_allowed_attribute_with_a_text_in_it_is_dropped(spans):
    with telemetry.span("a", route=f"/dossier de {SECRET}", unit="open_case"):
        telemetry.note(outcome=f"{SECRET} é")
    assert dict(spans()["a"].attributes) == {"paravent.unit": "open_case"}


def test_a_span_name_that_holds_a_text_is_not_exported(spans):
    with telemetry.span(f"{SECRET}@example.fr"):
        pass
    assert list(spans()) == ["unnamed"]


def test_an_exception_is_recorded_by_its_type(spans):
    def fail() -> None:
        with telemetry.span("a") as made:
            made.record_exception(KeyError(SECRET))
            raise ValueError(SECRET)

    with pytest.raises(ValueError, match=SECRET):
        fail()
    span = spans()["a"]
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert dict(span.attributes) == {"error.type": "ValueError"}
    assert [dict(event.attributes) for event in span.events] == [{"exception.type": "KeyError"}]


def test_a_trace_is_carried_to_another_process(spans):
    with telemetry.span("sender") as sender:
        carried = telemetry.traceparent()
    with telemetry.follow(carried), telemetry.span("receiver"):
        pass
    assert spans()["receiver"].parent.span_id == sender.get_span_context().span_id


@pytest.mark.parametrize("carried", [None, "", "nonsense", f"00-{'0' * 32}-{'0' * 16}-01", SECRET])
def test_what_is_no_trace_starts_a_new_one(spans, carried):
    with telemetry.span("around"), telemetry.follow(carried), telemetry.span("inside"):
        pass
    assert spans()["inside"].parent is None


def test_no_trace_crosses_a_border(spans):
    with telemetry.span("request") as request, telemetry.border():
        assert telemetry.traceparent() is None
        with telemetry.span("beyond") as beyond:
            pass
    found = spans()["beyond"]
    assert found.parent is None
    assert not found.links
    assert beyond.get_span_context().trace_id != request.get_span_context().trace_id


def test_after_the_border_the_trace_goes_on(spans):
    with telemetry.span("request") as request:
        with telemetry.border():
            pass
        assert telemetry.traceparent() is not None
        with telemetry.span("after"):
            pass
    assert spans()["after"].parent.span_id == request.get_span_context().span_id


def test_a_silent_process_makes_no_span(spans):
    exporter = InMemorySpanExporter()
    telemetry.configure("identity-vault", "sealer", None, exporter=exporter)
    telemetry.silent()
    with telemetry.span("seal", count=1):
        assert telemetry.traceparent() is None
    assert exporter.get_finished_spans() == ()


def answer(request):
    return PlainTextResponse(telemetry.traceparent() or "none")


def fail(request):
    raise RuntimeError(SECRET)


@pytest.fixture
def web():
    pages = [Route("/dossiers/{case}", answer), Route("/echec", fail), Mount("/aide", routes=[Route("/{p}", answer)])]
    app = telemetry.TraceRequests(Starlette(routes=pages))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def ask(method: str, path: str, **headers: str) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers | {"user-agent": SECRET})

        # In a thread of its own: a browser that another test opened keeps a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, send()).result()

    return ask


def test_a_request_is_known_by_its_route_alone(spans, web):
    web("GET", f"/dossiers/{SECRET}?q={SECRET}", referer=SECRET)
    span = spans()["GET /dossiers/{case}"]
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": "/dossiers/{case}",
    }


def test_an_unknown_path_and_an_odd_method_are_not_named(spans, web):
    web("GET", f"/{SECRET}")
    web(SECRET, "/")
    assert set(spans()) == {"GET <none>", "OTHER <none>"}


def test_a_browser_cannot_choose_the_trace(spans, web):
    foreign = "a" * 32
    trace = web("GET", "/dossiers/1", traceparent=f"00-{foreign}-{'b' * 16}-01").text
    assert trace.startswith("00-")
    assert foreign not in trace
    assert spans()["GET /dossiers/{case}"].parent is None


def test_a_failed_request_tells_the_type_of_its_error(spans, web):
    assert web("GET", "/echec").status_code == 500
    assert spans()["GET /echec"].attributes["error.type"] == "RuntimeError"


@pytest.fixture
def database(fresh_database):
    opened = Database(fresh_database("telemetry").app_url, name="test")
    yield opened
    opened.close()


def test_a_statement_is_known_by_its_unit_of_work_and_its_verb(spans, database):
    with telemetry.span("handler"), database.unit_of_work(lambda session: session)("open_case") as session:
        session.execute(text("SELECT :word"), {"word": SECRET})
    span = spans()["db open_case"]
    assert span.parent.span_id == spans()["handler"].context.span_id
    assert dict(span.attributes) == {
        "paravent.unit": "open_case",
        "db.operation.name": "SELECT",
        "db.system.name": "postgresql",
    }


def test_a_failed_statement_tells_the_type_of_its_error_and_closes_its_span(spans, database):
    with telemetry.span("handler") as handler:
        with pytest.raises(Exception, match="division"), database.unit_of_work(lambda s: s)("open_case") as session:
            session.execute(text("SELECT 1 / 0"))
        assert telemetry.traceparent().split("-")[2] == f"{handler.get_span_context().span_id:016x}"
    assert spans()["db open_case"].attributes["error.type"] == "DivisionByZero"


def test_polling_outside_of_a_traced_work_makes_no_trace(spans, database):
    database.ping()
    assert spans() == {}


def test_a_connection_forgets_the_unit_that_used_it(spans, database):
    with database.unit_of_work(lambda s: s)("open_case") as session:
        session.execute(text("SELECT 1"))
    with telemetry.span("handler"):
        database.ping()
    assert set(spans()) == {"handler", "db unnamed"}


EVENTLET = """
import eventlet
eventlet.monkey_patch()
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from chassis import telemetry
exporter = InMemorySpanExporter()
telemetry.configure("casework", "worker", None, exporter=exporter)

def work(n):
    with telemetry.span(f"outer.{n}"):
        eventlet.sleep(0.01)
        with telemetry.span(f"inner.{n}"):
            eventlet.sleep(0.01)

for thread in [eventlet.spawn(work, n) for n in range(20)]:
    thread.wait()
telemetry.flush()
found = {span.name: span for span in exporter.get_finished_spans()}
assert len(found) == 40, len(found)
for n in range(20):
    assert found[f"outer.{n}"].parent is None
    assert found[f"inner.{n}"].parent.span_id == found[f"outer.{n}"].context.span_id
telemetry.shutdown()
"""


def test_greenthreads_of_a_worker_do_not_mix_their_traces():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EVENTLET], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr


class Collector(BaseHTTPRequestHandler):
    """Keeps what an OTLP/HTTP exporter sends."""

    received: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self):
        self.received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


def test_spans_reach_a_collector_over_http():
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        telemetry.configure("casework", "web", f"http://127.0.0.1:{collector.server_port}")
        with telemetry.span("relay.batch", count=1, reporter=SECRET):
            pass
        telemetry.shutdown()
        collector.shutdown()
    ((path, body),) = Collector.received
    assert path == "/v1/traces"
    assert b"relay.batch" in body
    assert SECRET.encode() not in body


def test_a_collector_that_is_away_stops_nothing():
    telemetry.configure("casework", "web", "http://127.0.0.1:9")
    with telemetry.span("relay.batch"):
        pass
    telemetry.shutdown()
