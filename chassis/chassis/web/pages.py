"""Pages: Jinja templates of the service, on top of the chassis's own."""

from datetime import datetime
from pathlib import Path
from types import CodeType
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket

from chassis import i18n
from chassis.clock import PARIS
from chassis.web.assets import Assets
from chassis.web.csrf import csrf_token
from chassis.web.people import current_person
from chassis.web.state import web_state

OWN = Path(__file__).parent / "templates"


class _Compiled(BytecodeCache):
    """Templates that this process has compiled: an application made again, as tests do all the time, finds them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment(templates: Path, assets: Assets, title: str, notice: str = "") -> Environment:
    """The template engine of one service: everything is escaped, an unknown name is an error."""
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(templates), PrefixLoader({"chassis": FileSystemLoader(OWN)})]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(static=assets.address, csrf_token=csrf_token, service_title=title, site_notice=notice)
    return env


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template of the service.

    `request`, `person` (who is signed in, or None) and `session_until` (when an idle session closes) are always there.
    """
    engine = web_state(request).templates
    person = current_person(request)
    common = {"request": request, "person": person, "session_until": _session_until(request) if person else None}
    return HTMLResponse(engine.get_template(template).render({**common, **context}), status_code=status)


def _session_until(request: Request) -> str:
    """The time of day in Paris, as one says it: 15 h 02."""
    return datetime.fromtimestamp(request.state.session_until, PARIS).strftime("%-H h %M")
