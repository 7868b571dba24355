"""Recording a convention in a browser, and the mail that follows."""

import re
from dataclasses import astuple, dataclass
from datetime import date

from playwright.sync_api import Page

from chassis.clock import SystemClock, paris_day
from local_platform.demo import Demo


@dataclass(frozen=True)
class Referent:
    """What article 7 of the convention asks about a referent, in the order of the form."""

    name: str
    function: str
    email: str
    phone: str


def one_day() -> date:
    """Today: the day of delibération, signature and reception."""
    return paris_day(SystemClock().now())


def fill_convention(page: Page, referents: tuple[Referent, Referent], day: date, headcount: int) -> None:
    """Copy a convention into its form."""
    for field in ("deliberated_on", "signed_on", "received_on"):
        page.locator(f"#{field}").fill(day.isoformat())
    page.locator("#headcount").fill(str(headcount))
    for number, referent in enumerate(referents, 1):
        for field, answer in zip(("name", "function", "email", "phone"), astuple(referent), strict=True):
            page.locator(f"#referent_{number}_{field}").fill(answer)


def invitation(demo: Demo, address: str) -> str:
    """The link of the mail that invites somebody."""
    return mailed_link(demo, address, "/invitation/")


def mailed_link(demo: Demo, address: str, words: str) -> str:
    """The link of the first mail to this address that holds these words, once it has come."""

    def received() -> str | None:
        bodies = [mail.get_body(("plain",)) for mail in demo.mails if address in mail["To"]]
        texts = [body.get_content() for body in bodies if body]
        found = (re.search(r"http\S+", text) for text in texts if words in " ".join(text.split()))
        return next((link[0] for link in found if link), None)

    link: str = demo.until(received)
    return link
