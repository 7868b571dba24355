"""One platform whose reports are full of canaries, looked into by every audit."""

from dataclasses import dataclass, field

import pytest

from local_platform.demo import Demo
from tests.anonymity import identities, joiners, lives, orders, zones
from tests.anonymity.cast import Person, company, mark
from tests.anonymity.joiners import Joiner
from tests.support import stores


@dataclass
class Audited:
    """The platform after the lives of its reports, and what stood in both zones before and on the way."""

    demo: Demo
    people: list[Person]
    concerned: Joiner
    speaker: Joiner
    answer: str
    before: zones.Zones
    after: zones.Zones = field(default_factory=zones.Zones)
    canaries: dict[str, str] = field(default_factory=dict)

    @property
    def everybody(self) -> list[Person | Joiner]:
        return [*self.people, self.concerned, self.speaker]


@pytest.fixture(scope="session")
def audited():
    # Erased at once: the audit cannot wait for the days of grace.
    eraser = {"IDENTITY_VAULT_ERASURE_GRACE_DAYS": "0", "IDENTITY_VAULT_ERASURE_TURN_SECONDS": "1"}
    overrides = {"identity-vault.eraser": eraser}
    with Demo(release="every:1", pump_seconds=1, slot_seconds=1, consent_delay=12, overrides=overrides) as demo:
        demo.settle()
        found = Audited(demo, company(), joiners.concerned(), joiners.speaker(), mark("réponse"), zones.look(demo))
        _live(found)
        found.canaries = {label: value for person in found.everybody for label, value in person.canaries().items()}
        found.canaries["referent's answer"] = found.answer
        yield found


def _live(found: Audited) -> None:
    """Everything of a report's life. Both zones are looked at when something waits in each queue, and at the end."""
    demo = found.demo
    siren, member = stores.rows(demo, "intake", "SELECT siren, member_id FROM members ORDER BY siren")[0]
    for waiting in ("intake.sealpump", "intake.relay"):
        demo.hold(waiting)
    lives.file_all(demo, found.people, siren)
    found.after.add(zones.look(demo))
    for waiting in ("intake.sealpump", "intake.relay"):
        demo.release(waiting)
    demo.settle()
    demo.until(lambda: stores.frames_waiting(demo) == 0)
    found.after.add(zones.look(demo))
    lives.screen_all(demo)
    lives.handle_all(demo, lives.referents_of(demo, member), found.answer, found.people)
    if not all(person.case for person in found.people):
        raise AssertionError("some cases were seen by no referent")
    orders.order_all(demo, found.people)
    _join(found, member)
    identities.ask(demo, found.people)
    identities.call_back(demo, found.people, siren)
    demo.settle()
    lives.write_all(demo, found.people)
    identities.answer_all(demo, found.people)
    joiners.take_new_words(demo, found.people)
    joiners.take_back(demo, found.concerned)
    found.after.add(zones.look(demo))
    identities.show_all(demo, found.people)
    identities.demand_all(demo, found.people)
    demo.settle()
    demo.until(lambda: stores.frames_waiting(demo) == 0)
    (witness,) = identities.those(found.people, "witness")
    joiners.decide_without(demo, witness, found.concerned)
    joiners.hand_over(demo, witness, found.concerned)
    demo.hold("casework.opener")
    identities.write_again(demo, found.people, found.answer)
    identities.order_erasures(demo, found.people)
    found.after.add(zones.look(demo))
    demo.release("casework.opener")
    identities.wait_for_erasures(demo, found.people)
    demo.run("identity-vault.journal.export", "export")
    demo.until(lambda: identities.written_to(demo))
    found.after.add(zones.look(demo))


def _join(found: Audited, member: str) -> None:
    """Codes are drawn and used. What they bring is looked at while it waits."""
    demo = found.demo
    (witness,) = identities.those(found.people, "witness")
    joiners.take_down(demo, found.speaker, member)
    demo.settle()
    lives.screen_all(demo)
    joiners.take_in_charge(demo, lives.referents_of(demo, member))
    for _ in range(2):
        joiners.hand_over(demo, witness, found.concerned)
    demo.settle()
    for waiting in ("intake.sealpump", "intake.relay"):
        demo.hold(waiting)
    for joiner in (found.concerned, found.speaker):
        joiners.use(demo, joiner)
    found.after.add(zones.look(demo))
    for waiting in ("intake.sealpump", "intake.relay"):
        demo.release(waiting)
    demo.settle()
    joiners.check(demo, witness, found.concerned)
