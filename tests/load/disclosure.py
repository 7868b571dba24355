"""Disclosure: from the addressee's touch to the identity on the page, through verifier, control group and discloser."""

import html
import re
import time

from local_platform.demo import Demo
from tests.load.measure import Measure, measure, percentile
from tests.support import consents, offices
from tests.support.authenticator import Authenticator
from tests.support.portal import Reporter, Story
from tests.support.staff import Colleague

# Whole ways, one after the other.
TIMES = 20
MEMBER, REFERENT = "hersin-coupigny-62", "referent-5"
STORY = Story(identity={"given_name": "Jeanne", "family_name": "Mesure"})
# Milliseconds: a person waits for it.
GOAL = 2000
_OPTIONS = re.compile(r'data-options="([^"]*)"')


def run() -> list[Measure]:
    limits = {"IDENTITY_VAULT_LIMIT_PER_ADDRESSEE": "1000", "IDENTITY_VAULT_LIMIT_PER_BODY": "1000"}
    with Demo(release="immediate", consent_delay=0, overrides={"identity-vault.verifier": limits}) as demo:
        demo.settle()
        with Addressee(demo) as addressee:
            times = [addressee.learn() for _ in range(TIMES)]
    return [
        measure("disclosure: from touch to name, p50", percentile(times, 0.5) * 1000, "ms"),
        measure("disclosure: from touch to name, p95", percentile(times, 0.95) * 1000, "ms", at_most=GOAL),
    ]


class Addressee(Colleague):
    """A referent at the vault's pages, with a passkey in software."""

    def __init__(self, demo: Demo) -> None:
        super().__init__(demo.url("vault"), REFERENT)
        self.demo = demo
        self.key = Authenticator(origin=demo.url("vault"))
        made = self.key.create(_options(self.text("/cle")))
        self.press("/cle", "/cle", {"assertion": made})

    def learn(self) -> float:
        """A report is filed and agreed to; the seconds that its opening took."""
        known = offices.cases(self.demo)
        with Reporter(self.demo.url("intake")) as reporter:
            words = reporter.report(MEMBER, STORY)
        consents.ask_for_identity(self.demo, offices.new_case(self.demo, known), REFERENT)
        consents.agree(self.demo, words)
        agreement = self.demo.until(self._effective)
        opening = f"{agreement}/ouverture"
        assertion = self.key.get(_options(self.text(opening)))
        form = self.page(opening).form(agreement)
        sent = dict(form.filled({"assertion": assertion}, None))
        began = time.perf_counter()
        shown = self.http.post(agreement, data=sent)
        took = time.perf_counter() - began
        assert "Mesure" in shown.text
        return took

    def _effective(self) -> str:
        """The address of an agreement that can be opened; empty while there is none."""
        for card in self.text("/").split('<li class="card">')[1:]:
            if "Peut être ouvert" in card:
                return re.findall(r'href="(/accords/[^"]+)"', card)[0]
        return ""


def _options(page: str) -> str:
    found = _OPTIONS.search(page)
    assert found, "no passkey is asked for"
    return html.unescape(found[1])
