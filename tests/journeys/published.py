"""The figures as the public reads them, and enough other reports for one of them to move."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor

import httpx

from chassis.clock import SystemClock, paris_day
from local_platform.demo import Demo
from tests.support import stores
from tests.support.portal import Reporter, Story
from tests.support.visitor import Visitor

# Under it nothing is shown, and a figure moves by it or more: analytics, "Statistical secrecy".
THRESHOLD = 11


def month() -> str:
    return f"{paris_day(SystemClock().now()):%Y-%m}"


def figure(visitor: Visitor, label: str, band: str) -> str:
    """What the page of this month shows for an act and a size of employer."""
    visitor.go("analytics", f"/?mois={month()}")
    row = visitor.page.locator("tbody tr", has=visitor.page.locator("th", has_text=label))
    return row.locator(f'[data-label="{band}"]').inner_text().strip()


def last_published(demo: Demo, act: str, band: str) -> int:
    """The figure of the file that the page offers; 0 while it is secret."""
    answer = httpx.get(f"{demo.url('analytics')}/chiffres.csv")
    lines = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    wanted = (month(), act, band)
    return next(int(line["nombre"] or 0) for line in lines if (line["mois"], line["acte"], line["tranche"]) == wanted)


def all_but_one(demo: Demo, member: str, act: str, band: str) -> int:
    """File reports with `member` until the next one makes the figure move; answer what it will be then."""
    cell = f"month = '{month()}' AND act = '{act}' AND size_band = '{band}'"
    counted = stores.count(demo, "analytics", f"SELECT coalesce(sum(count), 0) FROM figures WHERE {cell}")
    missing = last_published(demo, act, band) + THRESHOLD - 1 - counted
    with ThreadPoolExecutor(4) as filing:
        list(filing.map(lambda _: _file(demo.url("intake"), member, act), range(missing)))
    demo.settle()
    return counted + missing + 1


def _file(url: str, member: str, act: str) -> None:
    with Reporter(url) as reporter:
        reporter.report(member, Story({"acts": [act]}))
