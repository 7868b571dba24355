"""Lists of cases, the same way for screeners and referents."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from casework.domain.people import Quality, Staff
from casework.domain.statuses import Status
from casework.entrypoints.web.office import Office
from casework.usecases import reading
from chassis.web import Page, page, page_number

# What a list is called in its address -> the statuses that it holds.
Views = Mapping[str, Sequence[Status]]


def show(request: Request, at: Office, person: Staff, quality: Quality, views: Views, template: str) -> Response:
    """One page of one view of the person's cases."""
    wanted = request.query_params.get("vue", "")
    view = wanted if wanted in views else next(iter(views))
    number = page_number(request.query_params.get("page"))
    rows, total = reading.list_cases(at.uow, person, quality, views[view], number)
    listed: Page[Any] = Page(rows, number, total, reading.PAGE)
    return page(request, template, listed=listed, view=view, staff=person)
