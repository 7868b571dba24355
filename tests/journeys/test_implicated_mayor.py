"""A report that implicates the mayor: the town's referents never learn that it exists."""

import re
import uuid

from tests.support import offices
from tests.support.portal import Reporter, Story
from tests.support.visitor import DESKTOP

MEMBER = "agny-62"
WHAT = "Le maire m’a dit de me taire devant les autres."


def test_the_towns_referents_see_nothing_and_the_centres_do(platform, visitor):
    offices.at_rest(platform)
    known = offices.cases(platform)
    with Reporter(platform.url("intake")) as reporter:
        story = Story({"what": WHAT, "acts": ["MENACE"], "implicated": ["AUTORITE_TERRITORIALE", "COLLEGUE"]})
        reporter.report(MEMBER, story)
    case = offices.new_case(platform, known)
    offices.released_by_http(platform, case)

    for subject in ("referent-3", "referent-4"):
        town = visitor(f"commune-{subject}", DESKTOP)
        town.sign_in("casework", subject, "/dossiers")
        assert town.path() == "/dossiers"
        assert not offices.listed(town, f"/dossiers/{case}")
        town.picture("liste-vide")
        assert refused(town, case) == refused(town, str(uuid.uuid4()))
    town.picture("refus")

    centre = visitor("cas-autorite", DESKTOP)
    centre.sign_in("casework", "autorite-1", "/dossiers")
    offices.open_case(centre, f"/dossiers/{case}")
    assert centre.shows(WHAT)
    centre.picture("dossier")


def refused(visitor, case: str) -> tuple[int, str]:
    """How an address is answered: status, and the whole page without what is drawn for each page."""
    status = visitor.go("casework", f"/dossiers/{case}")
    page = re.sub(r'name="_csrf" value="[^"]*"', "", visitor.page.content())
    assert status == 404
    return status, page
