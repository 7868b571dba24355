"""One platform on which everything forbidden is tried, each time with the real credentials of who must not."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from local_platform.demo import Demo
from local_platform.manifest import Manifest
from local_platform.up import MANIFEST
from tests.support import stores
from tests.support.portal import Reporter, Story
from tests.support.staff import Colleague

MEMBER = "Zudausques"
FILE = b"Une note de deux lignes.\n" * 40


@dataclass(frozen=True)
class Cases:
    """Cases of one member. `released`: its referents see it, and it has a file; `waiting`: with the screener;
    `authority`: released to the CdG's "cas autorité" referents alone."""

    released: str
    waiting: str
    authority: str


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    with Demo(release="immediate", pump_seconds=1) as platform:
        platform.settle()
        yield platform


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return Manifest.load(MANIFEST)


@pytest.fixture(scope="session")
def cases(demo: Demo) -> Cases:
    released = _file(demo, Story(files=[("note.txt", FILE, "text/plain")]))
    waiting = _file(demo, Story())
    authority = _file(demo, Story({"implicated": ["AUTORITE_TERRITORIALE"]}))
    with Colleague(demo.url("casework"), "ecran-1") as screener:
        for case_id in (released, authority):
            screener.release(f"/relecture/{case_id}")
    demo.until(lambda: stores.count(demo, "casework", "SELECT count(*) FROM files WHERE state <> 'copied'") == 0)
    demo.until(lambda: stores.frames_waiting(demo) == 0)
    demo.settle()
    return Cases(released, waiting, authority)


def _file(demo: Demo, story: Story) -> str:
    """File a report; answer the id of its case."""
    known = _cases(demo)
    ((siren,),) = stores.rows(demo, "intake", f"SELECT siren FROM members WHERE name = '{MEMBER}'")
    with Reporter(demo.url("intake")) as reporter:
        reporter.report(siren, story)
    demo.until(lambda: _cases(demo) - known)
    (case_id,) = _cases(demo) - known
    return case_id


def _cases(demo: Demo) -> set[str]:
    return {str(case_id) for (case_id,) in stores.rows(demo, "casework", "SELECT case_id FROM cases")}
