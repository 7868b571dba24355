"""What intake hears from the others: nothing but the doorbell."""

from chassis.bus import Refused, subscribe
from chassis.clock import Clock, paris_day
from chassis.keysets import KeySetRefused
from intake.store.transaction import Transaction
from intake.usecases import claiming, dialogue, directory
from intake.usecases.keys import CASEWORK, keep_key_set
from intake.usecases.referents import list_referent
from paravent.billing.v1.events_pb2 import MemberListed, ReferentListed
from paravent.casework.v1.events_pb2 import CaseOpened, ClaimOffered, KeySetPublished, ReporterNotified


class Worker:
    """Intake's subscriptions."""

    name = "intake"

    def __init__(self, root_key: bytes, clock: Clock) -> None:
        self._root_key = root_key
        self._clock = clock

    @subscribe(MemberListed, signed_by="billing")
    def member_listed(self, event: MemberListed, tx: Transaction) -> None:
        directory.list_member(tx, event)

    @subscribe(ReferentListed, signed_by="billing")
    def referent_listed(self, event: ReferentListed, tx: Transaction) -> None:
        list_referent(tx, event, self._clock.now())

    @subscribe(KeySetPublished, signed_by="casework")
    def key_set_published(self, event: KeySetPublished, tx: Transaction) -> None:
        today = paris_day(self._clock.now())
        try:
            keep_key_set(tx, event.signed_key_set, issuer=CASEWORK, root_key=self._root_key, today=today)
        except KeySetRefused:
            raise Refused("key-set-refused") from None

    @subscribe(CaseOpened)
    def case_opened(self, event: CaseOpened, tx: Transaction) -> None:
        dialogue.forget_casework_copy(tx, event.report_id)

    @subscribe(ReporterNotified)
    def reporter_notified(self, event: ReporterNotified, tx: Transaction) -> None:
        dialogue.apply_notice(tx, event)

    @subscribe(ClaimOffered)
    def claim_offered(self, event: ClaimOffered, tx: Transaction) -> None:
        try:
            claiming.keep_offer(tx, event, paris_day(self._clock.now()))
        except claiming.NotAnOffer:
            raise Refused("offer") from None
