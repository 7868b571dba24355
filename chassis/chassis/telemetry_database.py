"""Tells telemetry about SQL statements, through SQLAlchemy's own events.

A statement is known by its unit of work's name and its verb; its text and its parameters are never looked at further.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

# (unit of work, verb) -> what surrounds the statement.
Around = Callable[[str, str], AbstractContextManager[None]]

_VERBS = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
_watchers: list[Around] = []


def watch(around: Around) -> None:
    """From now on, surround every statement of every engine of this process."""
    if not _watchers:
        event.listen(Session, "after_begin", _remember_unit)
        event.listen(Engine, "before_cursor_execute", _before)
        event.listen(Engine, "after_cursor_execute", _after)
        event.listen(Engine, "handle_error", _failed)
        event.listen(Engine, "checkin", _forget_unit)
    _watchers[:] = [around]


def _remember_unit(session: Session, _transaction: Any, connection: Any) -> None:
    connection.info["unit"] = session.info.get("unit", "unnamed")


def _forget_unit(_dbapi_connection: Any, record: Any) -> None:
    record.info.pop("unit", None)


def _before(connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    word = statement.lstrip()[:6].split(None, 1)[0].upper() if statement.strip() else ""
    around = _watchers[0](connection.info.get("unit", "unnamed"), word if word in _VERBS else "OTHER")
    around.__enter__()
    context.paravent_around = around


def _after(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    _leave(context, None)


def _failed(error_context: Any) -> None:
    _leave(error_context.execution_context, error_context.original_exception)


def _leave(context: Any, error: BaseException | None) -> None:
    around = getattr(context, "paravent_around", None)
    if around is None:
        return
    context.paravent_around = None
    try:
        around.__exit__(type(error) if error else None, error, None)
    except BaseException as raised:
        if raised is not error:
            raise
