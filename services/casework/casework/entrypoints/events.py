"""What casework hears. Nothing but the doorbell."""

from casework.store.transaction import Transaction
from casework.usecases import ordering, receiving
from chassis.bus import Refused, subscribe, timer
from paravent.billing.v1.events_pb2 import HabilitationBound, MembershipChanged, OrderProgressed, PriceListPublished
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted, VoiceJoined


class Worker:
    """Stores what comes, sealed as it came: it holds no key that opens content."""

    name = "casework"

    @subscribe(ReportSubmitted)
    def report_submitted(self, event: ReportSubmitted, tx: Transaction) -> None:
        if len(event.report_id) != 16:
            raise Refused("report_id")
        receiving.receive_report(tx, event)

    @subscribe(ReporterSpoke)
    def reporter_spoke(self, event: ReporterSpoke, tx: Transaction) -> None:
        if len(event.report_id) != 16 or len(event.message_id) != 16:
            raise Refused("message_id")
        receiving.receive_message(tx, event)

    @subscribe(VoiceJoined)
    def voice_joined(self, event: VoiceJoined, tx: Transaction) -> None:
        if len(event.report_id) != 16 or len(event.joins) != 16:
            raise Refused("report_id")
        receiving.receive_voice(tx, event)

    @subscribe(MembershipChanged, signed_by="billing")
    def membership_changed(self, event: MembershipChanged, tx: Transaction) -> None:
        receiving.record_membership(tx, event)

    @subscribe(HabilitationBound, signed_by="billing")
    def habilitation_bound(self, event: HabilitationBound, tx: Transaction) -> None:
        receiving.record_habilitation(tx, event)

    @subscribe(PriceListPublished, signed_by="billing")
    def price_list_published(self, event: PriceListPublished, tx: Transaction) -> None:
        ordering.record_prices(tx, event)

    @subscribe(OrderProgressed, signed_by="billing")
    def order_progressed(self, event: OrderProgressed, tx: Transaction) -> None:
        try:
            ordering.record_progress(tx, event)
        except (KeyError, ValueError):
            raise Refused("order") from None

    @timer(seconds=3600, lock="casework-counts")
    def count_reports(self, tx: Transaction) -> None:
        ordering.count_reports(tx)
