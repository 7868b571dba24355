"""Nothing that a log line is given may say more than the allow-list lets it."""

import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest

from chassis import logs

SECRET = "Marie-Christine Canari"


@pytest.fixture(autouse=True)
def hooks():
    """Give pytest its own hooks back."""
    kept = sys.excepthook, threading.excepthook, sys.unraisablehook, logging.root.handlers[:], logging.root.level
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = kept[:3]
    logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = kept[3:]


@pytest.fixture
def lines(capsys):
    """What was written since the last call, parsed; the secret must be nowhere in it."""
    logs.configure("casework", "worker")

    def read() -> list[dict]:
        captured = capsys.readouterr()
        assert captured.err == ""
        for part in SECRET.split():
            assert part not in captured.out
        return [json.loads(line) for line in captured.out.splitlines()]

    return read


def raise_with(secret: str) -> None:
    local = secret
    try:
        raise KeyError(local)
    except KeyError as error:
        raise ValueError(f"cannot read {local}") from error


def test_a_line_tells_what_happened_and_from_where(lines):
    logs.get("casework.relay").info("relay.sent", count=3, event_type="paravent.casework.v1.CaseOpened")
    (line,) = lines()
    assert line.pop("time")
    assert line == {
        "service": "casework",
        "role": "worker",
        "level": "info",
        "event": "relay.sent",
        "logger": "casework.relay",
        "count": 3,
        "event_type": "paravent.casework.v1.CaseOpened",
    }


def test_a_field_outside_the_list_is_dropped_and_counted(lines):
    before = logs.dropped.count
    logs.get("x").info("a.b", reporter=SECRET, person_hint=3)
    (line,) = lines()
    assert line["dropped"] == 2
    assert logs.dropped.count == before + 2


@pytest.mark.parametrize(
    "value", [SECRET, "canari@example.fr", b"Canari", {"name": SECRET}, [SECRET], object(), "x" * 121, "é"]
)
def test_a_value_that_is_not_a_short_code_is_dropped(lines, value):
    logs.get("x").info("a.b", reason=value)
    (line,) = lines()
    assert "reason" not in line
    assert line["dropped"] == 1


def test_an_event_name_that_holds_a_text_is_not_written(lines):
    logs.get("x").info(f"report of {SECRET}")
    assert lines()[0]["event"] == "unnamed"


def test_a_bound_field_passes_the_same_list(lines):
    logs.get("x").bind(reporter=SECRET).info("a.b")
    assert lines()[0]["dropped"] == 1


def test_an_exception_is_told_by_type_and_place_only(lines):
    try:
        raise_with(SECRET)
    except ValueError:
        logs.get("x").exception("work.failed", count=1)
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["causes"] == ["KeyError"]
    assert [place.split(":")[0].endswith("test_logs") for place in line["at"]] == [True, True]


def test_a_line_of_another_library_keeps_neither_text_nor_arguments(lines):
    try:
        raise_with(SECRET)
    except ValueError:
        logging.getLogger("kombu.connection").exception("broken %s", SECRET, extra={"reporter": SECRET})
    logging.getLogger("kombu.connection").info("not even written")
    (line,) = lines()
    assert line["event"] == "library"
    assert line["logger"] == "kombu.connection"
    assert line["error"] == "ValueError"


def test_a_wrong_format_string_of_another_library_prints_no_argument(lines):
    logging.getLogger("lib").warning("%d cases", SECRET)
    assert len(lines()) == 1


def test_a_warning_is_told_without_its_text(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd value {SECRET}", stacklevel=1)
    assert [line["logger"] for line in lines()] == ["py.warnings"]


def test_an_exception_that_ends_a_thread_prints_no_traceback(lines):
    thread = threading.Thread(target=raise_with, args=(SECRET,))
    thread.start()
    thread.join()
    assert lines()[0]["event"] == "process.thread_crashed"


def test_an_exception_that_ends_the_process_prints_no_traceback():
    program = (
        "from chassis import logs\nlogs.configure('intake', 'web')\n"
        f"def fail(name):\n    raise ValueError(name)\nfail({SECRET!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    assert json.loads(done.stdout)["event"] == "process.crashed"
    assert "Canari" not in done.stdout


def test_a_line_written_before_the_configuration_passes_the_list_too():
    program = f"from chassis import logs\nlogs.get('x').info('a.b', reporter={SECRET!r})\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["dropped"] == 1


def test_coarse_time_keeps_the_hour_only(capsys):
    logs.configure("intake", "web", coarse_time=True)
    logs.get("x").info("a.b")
    assert json.loads(capsys.readouterr().out)["time"].endswith(":00Z")


EVENTLET = """
import eventlet
eventlet.monkey_patch()
from chassis import logs
logs.configure("casework", "worker")
def fail():
    raise ValueError("{secret}")
eventlet.spawn_n(fail)
eventlet.sleep(0.05)
eventlet.hubs.get_hub().schedule_call_global(0, fail)
eventlet.sleep(0.05)
logs.get("x").info("still.here")
"""


def test_a_greenthread_that_fails_prints_no_traceback():
    program = EVENTLET.format(secret=SECRET)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "still.here"
    assert "Canari" not in done.stdout + done.stderr
