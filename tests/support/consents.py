"""An agreement on a running platform: a referent asks who the reporter is, the reporter signs with the eight words."""

import httpx

from local_platform.demo import Demo
from tests.support.offices import released_by_http
from tests.support.pages import read
from tests.support.portal import Reporter
from tests.support.staff import Colleague

PURPOSE, FIELDS = "meeting", ["name", "position"]


def ask_for_identity(demo: Demo, case_id: str, subject: str) -> None:
    """Release a case, take it in charge and ask, as this referent."""
    released_by_http(demo, case_id)
    path = f"/dossiers/{case_id}"
    with Colleague(demo.url("casework"), subject) as referent:
        referent.take_in_charge(path)
        asked = {"but": PURPOSE, "motif": "Pour vous recevoir et vous présenter vos droits.", "elements": FIELDS}
        referent.press(f"{path}/identite", f"{path}/identite", dict(asked))


def agree(demo: Demo, words: str) -> None:
    """Wait until the request is in the follow-up space, and sign."""
    with Reporter(demo.url("intake")) as reporter:
        path = demo.until(lambda: _request(reporter.open_space(words)))
        page = read(reporter.http.get(path).text)
        form = page.form(f"{path}/accepter")
        sent: dict[str, list[str]] = {}
        for name, value in form.filled({"recepisse": words}):
            sent.setdefault(name, []).append(value)
        signed = reporter.http.post(f"{path}/accepter", data=sent)
        assert signed.status_code == 200, signed.status_code


def _request(space: httpx.Response) -> str:
    """The address of the request that waits; empty while there is none."""
    return next((href for href in read(space.text).links.values() if href.startswith("/suivi/demande/")), "")
