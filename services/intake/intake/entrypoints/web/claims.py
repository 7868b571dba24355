"""Eight words that somebody was handed: they open a page once, and who answers leaves with a receipt of their own."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.sealing.claims import VICTIM
from chassis.sealing.receipts import NotAReceipt, Receipt
from chassis.sealing.statements import text_hash
from chassis.sealing.words import fold
from chassis.web import Form, check_origin, page, read_form
from intake.domain.identity import Identity
from intake.domain.proceeding import AGREED, REFUSED, sentence
from intake.entrypoints.web.identity import known_faults, read_identity
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.qr import svg
from intake.entrypoints.web.review import summary
from intake.entrypoints.web.state import StateLost
from intake.entrypoints.web.visits import AGAIN, typed_receipt, words_fault
from intake.entrypoints.web.wording import recap
from intake.usecases.claiming import Joining, NoSuchOffer, Offer, find_offer, join, joined
from intake.usecases.envelopes import CONFIDENTIAL
from intake.usecases.keys import KeysUnavailable
from paravent.intake.v1.content_pb2 import ReporterCopy

router = APIRouter(prefix="/reprendre")

_PURPOSE = "claim/1"
_NOTHING = "Ce code n’ouvre rien. Voyez ci-dessous pourquoi, et que faire."
_LOST = (
    "Cette page est restée ouverte trop longtemps. Rien n’est parti et le code n’a pas servi : écrivez-le à nouveau."
)
_TEXT_CHANGED = "Le texte a changé depuis que vous l’avez lu. Relisez-le avant de répondre."
_UNDECIDED = {
    True: (
        "decision",
        "Dites si vous acceptez ou refusez. Si vous hésitez, fermez cette page : le code reste valable.",
    ),
    False: ("relu", "Dites si c’est bien ce que vous avez dit."),
}
# What an oral report's reporter says of what was taken down: sent as a message of theirs.
_REMARKS = {
    "juste": "J’ai relu ce qui a été noté : c’est bien ce que j’ai dit.",
    "corriger": "J’ai relu ce qui a été noté : il y a quelque chose à corriger. Je vous l’écris ici.",
}


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed on the page that a code opens, shown again with what is wrong and nowhere else."""

    decision: str = ""
    said: str = ""
    # Hash of the sentences that the page showed.
    shown: str = ""
    choice: str = ""
    identity: Identity = field(default_factory=Identity, repr=False)
    contact: str = field(default="", repr=False)

    @classmethod
    def read(cls, form: Form) -> "_Typed":
        chosen, contact = form.get("identite"), form.get("prevenir").strip()
        return cls(form.get("decision"), form.get("relu"), form.get("lu"), chosen, read_identity(form), contact)

    def joining(self, receipt: Receipt) -> Joining:
        identity = self.identity if self.choice == CONFIDENTIAL else None
        return Joining(receipt, self.decision, _REMARKS.get(self.said, ""), identity, self.contact)


@router.get("")
def code_form(request: Request) -> Response:
    return page(request, "reprendre.html", nothing=False, errors={})


@router.post("", dependencies=[Depends(check_origin)])
def open_code(request: Request, form: Form = Depends(read_form)) -> Response:
    """Show what a code is for. It is not used up, and what was typed wrong is never shown again nor kept."""
    here = portal(request)
    try:
        code = typed_receipt(form, "code")
        offer = find_offer(here.uow, here.keys, code, here.clock)
    except NotAReceipt as error:
        here.brake.failed()
        fault = words_fault(error, form.get("code"), "Le code")
        return page(request, "reprendre.html", status=422, nothing=False, errors={"code": fault})
    except NoSuchOffer:
        here.brake.failed()
        return _nothing(request)
    except KeysUnavailable:
        return page(request, "reprendre.html", status=503, nothing=False, errors={"code": AGAIN})
    return _show(request, offer, here.words.seal(_PURPOSE, code, Receipt.draw()), _Typed(), {})


@router.get("/envoi")
def no_answer() -> Response:
    return RedirectResponse("/reprendre", status_code=303)


@router.post("/envoi", dependencies=[Depends(check_origin)])
def send(request: Request, form: Form = Depends(read_form)) -> Response:
    """Use the code: everything is done by this one request, or nothing."""
    here = portal(request)
    try:
        code, receipt = here.words.open(_PURPOSE, form.get("etat"))
    except StateLost:
        return page(request, "reprendre.html", status=410, nothing=False, errors={"code": _LOST})
    typed = _Typed.read(form)
    try:
        offer = find_offer(here.uow, here.keys, code, here.clock)
        errors = _faults(request, offer, typed)
        taken = not errors and join(here.uow, here.keys, here.pepper, offer, typed.joining(receipt), here.clock)
    except NoSuchOffer:
        return _again(request, receipt)
    except KeysUnavailable:
        return page(request, "attente.html", status=503)
    if errors:
        return _show(request, offer, form.get("etat"), typed, errors)
    return _receipt(request, receipt, offer.role, typed) if taken else _again(request, receipt)


def _faults(request: Request, offer: Offer, typed: _Typed) -> dict[str, str]:
    errors = {}
    victim = offer.role == VICTIM
    if typed.shown != _shown(offer):
        errors[""] = _TEXT_CHANGED
    if (typed.decision not in (AGREED, REFUSED)) if victim else typed.said not in _REMARKS:
        name, fault = _UNDECIDED[victim]
        errors[name] = fault
    member = portal(request).directory.by_id(offer.told.member_id)
    return errors | known_faults(typed.choice, typed.identity, typed.contact, member)


def _sentences(offer: Offer) -> dict[str, str]:
    return {decision: sentence(decision, offer.told.member_name) for decision in (AGREED, REFUSED)}


def _shown(offer: Offer) -> str:
    return text_hash("\n".join(_sentences(offer).values())).hex()


def _show(request: Request, offer: Offer, state: str, typed: _Typed, errors: dict[str, str]) -> Response:
    """What the code opened. Of a witness's report: the member and nothing else; of an oral one: what was taken down."""
    here, told = portal(request), offer.told
    member = here.directory.by_id(told.member_id)
    return page(
        request,
        "reprise.html",
        status=422 if errors else 200,
        etat=state,
        victim=offer.role == VICTIM,
        member=told.member_name,
        listening=member if member and member.accepts(here.clock.now()) else None,
        made_on=offer.made_on,
        until=offer.row.until_day,
        sentences=_sentences(offer),
        shown=_shown(offer),
        lines=summary(recap(told.answers)) if told.HasField("answers") else [],
        typed=typed,
        errors=errors,
    )


def _receipt(request: Request, receipt: Receipt, role: str, typed: _Typed, *, again: bool = False) -> Response:
    """The eight words of whoever joined. `again`: nothing new left with this request."""
    return page(
        request,
        "reprise_faite.html",
        words=receipt.words,
        code=svg(fold(receipt.text).upper()),
        victim=role == VICTIM,
        agreed=typed.decision == AGREED,
        correcting=typed.said == "corriger",
        contact=bool(typed.contact),
        again=again,
    )


def _again(request: Request, receipt: Receipt) -> Response:
    """The code is used up. By this very page, sent before: the same words again. By somebody else: what to do."""
    here = portal(request)
    own: ReporterCopy | None = joined(here.uow, here.pepper, receipt)
    if own is None:
        return _nothing(request)
    return _receipt(request, receipt, own.role, _Typed(contact="x" if own.contact else ""), again=True)


def _nothing(request: Request) -> Response:
    """Whether a code is unknown, used, replaced or out of date is not told."""
    return page(request, "reprendre.html", status=422, nothing=True, errors={"code": _NOTHING})
