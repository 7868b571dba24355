"""The custody of orders, as custodians call it: who they are, their touches, and the opening of the record."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.idtokens import Subject
from chassis.rpc.calls import Detail
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.orders import BadOrder, Custodian, NotACustodian, Order, OrderState, SignedOrder
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.extending import create_extension, extension_to_sign, sign_extension
from identity_vault.usecases.ordering import (
    Draft,
    Listed,
    OrderDesk,
    UnknownOrder,
    create_order,
    list_orders,
    order_to_sign,
    sign_order,
    use_up,
    visible_orders,
)
from identity_vault.usecases.verifier_disclosures import Begun, Disclosures, record_number
from identity_vault.usecases.verifier_passkeys import Passkeys, Touch
from identity_vault.usecases.verifier_ports import Denied
from identity_vault.usecases.verifier_summaries import rfc3339
from paravent.identity_vault.v1.reporter_pb2 import ReporterEntry

ORDER = "order"
EXTENSION = "extension"
# What the reporter reads. Loi 2016-1691, art. 9-I: written explanations go with the information.
EXPLANATIONS = {
    "denunciation": (
        "La personne qui traite votre signalement devait dénoncer les faits au procureur de la République (article 40 "
        "du code de procédure pénale). Deux gardiens, de deux organismes, ont transmis votre identité à l’autorité "
        "judiciaire, et à elle seule, chiffrée pour elle (loi n° 2016-1691, article 9, I)."
    ),
    "requisition": (
        "L’autorité judiciaire a requis votre identité. Deux gardiens, de deux organismes, la lui ont transmise, et à "
        "elle seule, chiffrée pour elle (loi n° 2016-1691, article 9, I)."
    ),
    "lost_receipt": (
        "Quelqu’un s’est présenté comme l’auteur de ce signalement, sans le récépissé. Deux gardiens, de deux "
        "organismes, ont comparé le nom donné à celui du signalement. Ils n’ont appris que si c’était le même."
    ),
}


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """An order used up, and the opening that it allows."""

    disclosure_id: bytes = field(repr=False)
    paths: Sequence[str]
    order: Order


class Custody:
    """What a custodian may do. Every method raises Denied."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        desk: OrderDesk,
        disclosures: Disclosures,
        passkeys: Passkeys,
        clock: Clock,
    ) -> None:
        self._uow = uow
        self._desk = desk
        self._disclosures = disclosures
        self._passkeys = passkeys
        self._clock = clock

    def create(self, subject: Subject, draft: Draft) -> bytes:
        """The id of the new order."""
        custodian = self._custodian(subject)
        try:
            return create_order(self._uow, self._desk, custodian, draft, self._clock.now())
        except BadOrder:
            raise Denied(Detail.BAD_ORDER) from None

    def orders(self, subject: Subject) -> list[Listed]:
        custodian = self._custodian(subject)
        return list_orders(self._uow, self._desk, custodian, self._clock.now())

    def ask(self, subject: Subject, order_id: bytes) -> str:
        """Options for the touch that signs this order."""
        custodian = self._custodian(subject)
        order = self._to_sign(custodian, order_id)
        return self._passkeys.ask(self._passkeys.person(subject), _touch(order, subject))

    def sign(self, subject: Subject, order_id: bytes, assertion: str) -> OrderState:
        custodian = self._custodian(subject)
        order = self._to_sign(custodian, order_id)
        person = self._passkeys.person(subject)
        try:
            self._passkeys.check(person, _touch(order, subject), assertion)
            return sign_order(self._uow, self._desk, custodian, order_id, assertion, self._clock.now())
        except NotACustodian:
            self._refuse(Detail.NOT_A_CUSTODIAN, person)
            raise Denied(Detail.NOT_A_CUSTODIAN) from None
        except Denied as denied:
            self._refuse(denied.detail, person)
            raise

    def extend(self, subject: Subject, order_id: bytes, review_on: str, reason: str) -> None:
        """Write a later review of a deferred notice: it moves nothing before two bodies signed it."""
        custodian = self._custodian(subject)
        with self._refusing(subject):
            create_extension(self._uow, self._desk, custodian, order_id, review_on, reason, self._clock.now())

    def ask_extension(self, subject: Subject, order_id: bytes) -> str:
        """Options for the touch that signs the extension that waits."""
        custodian = self._custodian(subject)
        with self._refusing(subject):
            extension = extension_to_sign(self._uow, self._desk, custodian, order_id, self._clock.now())
        return self._passkeys.ask(self._passkeys.person(subject), _touch_of(EXTENSION, extension.digest(), subject))

    def sign_extension(self, subject: Subject, order_id: bytes, assertion: str) -> None:
        custodian = self._custodian(subject)
        now = self._clock.now()
        with self._refusing(subject):
            extension = extension_to_sign(self._uow, self._desk, custodian, order_id, now)
            touch = _touch_of(EXTENSION, extension.digest(), subject)
            self._passkeys.check(self._passkeys.person(subject), touch, assertion)
            sign_extension(self._uow, self._desk, custodian, order_id, extension, assertion, now)

    def carry_out(self, subject: Subject, order_id: bytes) -> CarriedOut:
        """Use an order up, then find the record. What is refused after that leaves it used up."""
        custodian = self._custodian(subject)
        person = self._passkeys.person(subject)
        try:
            done, number = self._use_up(custodian, order_id)
        except BadOrder:
            self._refuse(Detail.BAD_ORDER, person)
            raise Denied(Detail.BAD_ORDER) from None
        except UnknownOrder:
            raise Denied(Detail.UNKNOWN_HANDLE) from None
        ref = bytes.fromhex(done.ref)
        opening = Begun(person, None, self._desk.tags.report(ref), ref, number)
        disclosure_id, begun = self._disclosures.under_way(opening)
        return CarriedOut(disclosure_id, begun.paths, done.order)

    def _use_up(self, custodian: Custodian, order_id: bytes) -> tuple[SignedOrder, int]:
        """The number of the record that holds the name that stands. A name taken back is given to nobody."""
        with self._uow("read_order") as tx:
            row = tx.orders.lock(order_id)
            reporter = tx.reporters.get(row.tag) if row else None
        if row and reporter is None:
            raise Denied(Detail.NO_RECORD)  # erased meanwhile
        if reporter and reporter.name_withdrawn_at and reporter.name_given() is None:
            raise Denied(Detail.NO_NAME)
        done = use_up(self._uow, self._desk, custodian, order_id, self._clock.now())
        return done, record_number(reporter) if reporter else 0

    def _to_sign(self, custodian: Custodian, order_id: bytes) -> Order:
        try:
            return order_to_sign(self._uow, self._desk, custodian, order_id, self._clock.now())
        except UnknownOrder:
            raise Denied(Detail.UNKNOWN_HANDLE) from None
        except NotACustodian:
            raise Denied(Detail.NOT_A_CUSTODIAN) from None

    def _custodian(self, subject: Subject) -> Custodian:
        try:
            return self._desk.custodian(subject.issuer, subject.subject)
        except NotACustodian:
            self._refuse(Detail.NOT_A_CUSTODIAN, self._passkeys.person(subject))
            raise Denied(Detail.NOT_A_CUSTODIAN) from None

    @contextmanager
    def _refusing(self, subject: Subject) -> Iterator[None]:
        """What is refused is in the journal."""
        try:
            yield
            return
        except UnknownOrder:
            detail = Detail.UNKNOWN_HANDLE
        except BadOrder:
            detail = Detail.BAD_ORDER
        except NotACustodian:
            detail = Detail.NOT_A_CUSTODIAN
        except Denied as denied:
            detail = denied.detail
        self._refuse(detail, self._passkeys.person(subject))
        raise Denied(detail)

    def _refuse(self, detail: Detail, person: bytes) -> None:
        with self._uow("note_refusal") as tx:
            tx.journal.append(Entry(Kind.ORDER_REFUSED, self._clock.now(), actor=person, reason=detail.value))


def judicial_entries(tx: VerifierTransaction, desk: OrderDesk, ref: bytes, now: datetime) -> list[ReporterEntry]:
    """What a reporter sees of the orders carried out about their report: not before the day of a deferred notice."""
    entries = []
    for done in visible_orders(tx, desk, ref, now):
        at = rfc3339(datetime.fromisoformat(done.carried_out_at))
        entry = ReporterEntry(
            kind="judicial",
            state="carried_out",
            addressee_name=done.order.authority,
            addressee_body=done.order.reference,
            purpose=done.order.basis,
            case_label=done.order.case_label,
            fields=() if done.order.basis == "lost_receipt" else ("name", "position", "contact"),
            signed_at=at,
            disclosed_at=at,
            explanation=_explanation(done),
        )
        entries.append(entry)
    return entries


def _explanation(done: SignedOrder) -> str:
    """Told late, the reporter learns since when it was put off, how often, and why."""
    words = EXPLANATIONS[done.order.basis]
    if done.order.notice == "now":
        return words
    put_off = " Cette information a été différée, parce que vous la donner plus tôt aurait compromis la procédure"
    times = sum(extension.holds for extension in done.extensions)
    if times:
        again = f"{times} fois" if times > 1 else "une fois"
        put_off += f" ; deux gardiens, de deux organismes, en ont reculé la date {again}"
    return f"{words}{put_off}."


def _touch(order: Order, subject: Subject) -> Touch:
    return _touch_of(ORDER, order.digest(), subject)


def _touch_of(kind: str, digest: bytes, subject: Subject) -> Touch:
    """What this custodian's passkey signs: this, and who they are. The signature can be checked for ever."""
    who = hashlib.sha256(f"{subject.issuer}|{subject.subject}".encode()).digest()
    return Touch(kind, digest + who, lasting=True)
