"""Logs: one JSON object a line on standard output, from an allow-list of fields.

A line says what happened (`event`, a dotted code), never to whom nor with what words: fields outside the list, and
values that are not short codes or numbers, are dropped and counted. Exceptions are told by type and place, without
message and without locals. Lines of other libraries keep level, logger and place only: their text may hold anything.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

# What a line may say. A field belongs here only if none of its values can tell who reported, or what.
FIELDS = frozenset(
    (
        *(
            "attempt",
            "attempts",
            "bytes",
            "check",
            "code",
            "consumer",
            "count",
            "day",
            "delay",
            "duration_ms",
            "event_id",
        ),
        *("event_type", "exchange", "exit", "free", "held", "lock", "method", "month", "oldest", "parked", "peer"),
        *(
            "pending",
            "period",
            "pid",
            "port",
            "producer",
            "queue",
            "reason",
            "released",
            "replayed",
            "route",
            "seconds",
        ),
        *("sent", "size", "status", "step", "table", "timer", "unit", "version", "waiting", "worker"),
    )
)
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
_CODE = re.compile(r"[\w.:/{}<>-]{0,120}", re.ASCII)  # no space, no @: neither a sentence nor an address
_FRAMES = 16

Event = dict[str, Any]


class Dropped:
    """How many fields were kept out of the logs since the process started."""

    def __init__(self) -> None:
        self.count = 0


dropped = Dropped()


def configure(service: str, role: str, *, level: str = "INFO", coarse_time: bool = False) -> None:
    """Send every line of this process, from whichever library, through the allow-list.

    `coarse_time` rounds the time of a line to its hour, where the minute of a fault would tell the minute of a report.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    stamp = _Stamp({"service": service, "role": role}, coarse_time)
    _install(stamp, threshold)
    handler = _Bridge(stamp)
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else a wrong format string prints its arguments
    _silence_tracebacks()


def get(name: str) -> Any:
    """The logger of a module: `log.info("relay.sent", count=200)`."""
    return structlog.get_logger(module=name)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception without its message: type, place, the types it came from, SQLSTATE."""
    facts: dict[str, Any] = {"error": _type(error), "at": _places(error.__traceback__)}
    causes = _causes(error)
    if causes:
        facts["causes"] = causes
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    if isinstance(state, str) and re.fullmatch(r"[0-9A-Z]{5}", state):
        facts["sqlstate"] = state
    return facts


def _install(stamp: "_Stamp", threshold: int) -> None:
    processors: list[Any] = [_keep_allowed, stamp, _render]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_OutputFactory(),
        cache_logger_on_first_use=False,
    )


def _keep_allowed(_logger: Any, level: str, event: Event) -> Event:
    name = event.pop("event", None)
    kept: Event = {"level": level, "event": name if _is_event(name) else "unnamed", "logger": event.pop("module", "")}
    error = _exception(event.pop("exc_info", None), level)
    for key, value in event.items():
        if key in FIELDS and _is_code(value):
            kept[key] = value
        else:
            dropped.count += 1
            kept["dropped"] = kept.get("dropped", 0) + 1
    return kept | describe(error) if error else kept


def _is_event(name: object) -> bool:
    return isinstance(name, str) and len(name) <= 80 and _EVENT.fullmatch(name) is not None


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return value is None or isinstance(value, (bool, int, float))


def _exception(info: object, level: str) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        error = info[1]
        return error if isinstance(error, BaseException) else None
    return sys.exc_info()[1] if info or level == "exception" else None


def _type(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        places.append(f"{traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places[-_FRAMES:]


def _causes(error: BaseException) -> list[str]:
    causes: list[str] = []
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen and len(causes) < 5:
        seen.add(id(cause))
        causes.append(_type(cause))
        cause = cause.__cause__ or cause.__context__
    return causes


class _Stamp:
    """Adds when and from where."""

    def __init__(self, origin: Mapping[str, str], coarse: bool) -> None:
        self._origin = origin
        self._coarse = coarse

    def __call__(self, _logger: Any, _level: str, event: Event) -> Event:
        now = datetime.now(UTC)
        stamp = now.strftime("%Y-%m-%dT%H:00Z") if self._coarse else now.isoformat(timespec="milliseconds")
        return {"time": stamp, **self._origin, **event}


def _render(_logger: Any, _level: str, event: Event) -> str:
    return json.dumps(event, ensure_ascii=True)


class _Output:
    """Writes lines to what standard output is at that moment."""

    def msg(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    debug = info = warning = error = critical = fatal = exception = log = msg


class _OutputFactory:
    def __call__(self, *_args: Any) -> _Output:
        return _Output()


class _Bridge(logging.Handler):
    """Lines of other libraries: level, logger, place and the type of their exception. Neither text nor arguments."""

    def __init__(self, stamp: _Stamp) -> None:
        super().__init__()
        self._stamp = stamp

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower()
        place = f"{record.module}:{record.lineno}"
        event: Event = {"level": level, "event": "library", "logger": record.name, "line": place}
        error = _exception(record.exc_info, level)
        _Output().msg(_render(None, level, self._stamp(None, level, event | describe(error) if error else event)))


def _silence_tracebacks() -> None:
    """An exception that nobody caught is a log line, not a traceback with its message on standard error."""
    log = get("process")

    def uncaught(_kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            log.critical("process.crashed", exc_info=error)

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            log.error("process.thread_crashed", exc_info=args.exc_value)

    def unraisable(args: Any) -> None:
        log.error("process.unraisable", exc_info=args.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = unraisable
    if "eventlet.hubs" in sys.modules:
        sys.modules["eventlet.hubs"].get_hub().set_timer_exceptions(False)


_install(_Stamp({}, coarse=False), logging.INFO)  # a line written before `configure` passes the allow-list too
