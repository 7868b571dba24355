"""The back offices in a browser: finding a case in a list, reading it, releasing it."""

from collections.abc import Collection

from local_platform.demo import Demo
from tests.support import stores
from tests.support.browsing import follow
from tests.support.staff import Colleague
from tests.support.visitor import Visitor


def cases(demo: Demo) -> set[str]:
    """The ids of every case."""
    return {str(case_id) for (case_id,) in stores.rows(demo, "casework", "SELECT case_id FROM cases")}


def at_rest(demo: Demo) -> None:
    """Wait until every report has its case and its record, so that what comes next can be counted."""
    kept = "SELECT count(*) FROM reports WHERE casework_envelope IS NOT NULL"
    demo.until(lambda: stores.frames_waiting(demo) == 0)
    demo.until(lambda: stores.count(demo, "intake", kept) == 0)


def new_case(demo: Demo, known: Collection[str]) -> str:
    """The id of the one case that has opened since `known`."""
    demo.until(lambda: cases(demo) - set(known))
    (found,) = cases(demo) - set(known)
    return found


def released_by_http(demo: Demo, case_id: str) -> None:
    """A screener releases a case as it is."""
    with Colleague(demo.url("casework"), "ecran-1") as screener:
        screener.release(f"/relecture/{case_id}")


def listed(visitor: Visitor, path: str) -> bool:
    """Is there a link to this case in the list that is open, on this page of it or on another one?"""
    following = visitor.page.get_by_role("link", name="Suivante")
    while not visitor.page.locator(f'a[href="{path}"]').count():
        if not following.count():
            return False
        follow(visitor.page, following)
    return True


def open_case(visitor: Visitor, path: str) -> None:
    """Click through the list to this case. Raises AssertionError when it is not there."""
    assert listed(visitor, path)
    follow(visitor.page, visitor.page.locator(f'a[href="{path}"]'))
