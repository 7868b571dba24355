"""A telemetry sink: writes what it receives over OTLP/HTTP as JSON lines, one file per signal."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from local_platform.ports import HOST

_SIGNALS: dict[str, type[Message]] = {
    "traces": ExportTraceServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "logs": ExportLogsServiceRequest,
}


class OtlpSink:
    """Listens on a port of the loopback interface; `<folder>/{traces,metrics,logs}.jsonl`."""

    def __init__(self, port: int, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="otlp", daemon=True)

    def start(self) -> "OtlpSink":
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def receive(self, kind: str, body: bytes) -> bool:
        """Write one export down; False when it cannot be read."""
        try:
            message = _SIGNALS[kind].FromString(body)
        except (KeyError, DecodeError):
            return False
        line = json.dumps(MessageToDict(message), ensure_ascii=False)
        with self._lock, (self._folder / f"{kind}.jsonl").open("a") as output:
            output.write(line + "\n")
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                taken = sink.receive(self.path.rsplit("/", 1)[-1], body)
                self.send_response(200 if taken else 400)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """No access log."""

        return Handler
