"""New words in the place of eight that somebody may have seen; and what the former ones open then.

The new words are drawn with the page (decision 0012) and shown before they open anything: a connection that drops
leaves nobody without words that work.
"""

from fastapi import APIRouter, Depends, Request, Response

from chassis.sealing.receipts import NotAReceipt, Receipt, derive
from chassis.sealing.words import fold
from chassis.web import Form, check_origin, page, read_form
from intake.domain.days import length_in_words
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.qr import svg
from intake.entrypoints.web.state import StateLost
from intake.entrypoints.web.visits import AGAIN, Visit, ended, receipt_fault, set_cookie, typed_receipt, visit
from intake.usecases.keys import KeysUnavailable
from intake.usecases.opened import open_report
from intake.usecases.proving import WrongReceipt
from intake.usecases.replacing import Replaced, TooLate
from intake.usecases.sessions import NoSuchReport, quit_session

router = APIRouter(prefix="/suivi/cle")

_LOST = "Vos mots n’ont pas été remplacés : votre espace s’était refermé. Rouvrez-le et recommencez."
_OTHERS = "Cette page était trop ancienne. Voici d’autres mots : notez ceux-ci, et oubliez les précédents."
_SWAPPED = "Ce sont les nouveaux mots. Écrivez ici ceux qui ont ouvert votre espace aujourd’hui."
_NOTE_THEM = "Notez d’abord les nouveaux mots, puis cochez cette case."


@router.get("")
def draw(request: Request) -> Response:
    """Eight new words, which open nothing yet."""
    current = visit(request)
    return _show(request, current, Receipt.draw(), {}, status=200) if current else ended(request)


@router.post("", dependencies=[Depends(check_origin)])
def replace(request: Request, form: Form = Depends(read_form)) -> Response:
    """Put the words that the page drew in the place of those typed."""
    here, current = portal(request), visit(request)
    if current is None:
        return _again(request, form)
    current.check(form)
    try:
        [new] = here.words.open(_purpose(current.space.lookup_id), form.get("etat"))
    except StateLost:
        return _show(request, current, Receipt.draw(), {"": _OTHERS})
    if "note" not in form:
        return _show(request, current, new, {"note": _NOTE_THEM})
    try:
        here.replacing.replace(current.space, typed_receipt(form), new)
    except (NotAReceipt, WrongReceipt) as error:
        fault = _SWAPPED if _is(form, new) else receipt_fault(here, error, form.get("recepisse"))
        return _show(request, current, new, {"recepisse": fault}, noted=True)
    except KeysUnavailable:
        return _show(request, current, new, {"": AGAIN}, noted=True, status=503)
    except NoSuchReport:
        return _again(request, form)
    quit_session(here.uow, current.session)
    return _done(request, new)


@router.post("/contester", dependencies=[Depends(check_origin)])
def object_to(request: Request, form: Form = Depends(read_form)) -> Response:
    """Say, with words that others replaced, that somebody else did that."""
    here = portal(request)
    try:
        replaced = here.replacing.object(typed_receipt(form))
    except (NotAReceipt, NoSuchReport) as error:
        fault = receipt_fault(here, error, form.get("recepisse"))
        return page(request, "cle_contestee.html", status=422, errors={"recepisse": fault}, done=False)
    except KeysUnavailable:
        return page(request, "cle_contestee.html", status=503, errors={"": AGAIN}, done=False)
    except TooLate:
        return replaced_words(request, form) or ended(request)
    return page(request, "cle_contestee.html", errors={}, done=True, contact=_contact(request, replaced))


def replaced_words(request: Request, form: Form) -> Response | None:
    """What words say that others replaced; None for any other words."""
    here = portal(request)
    replaced = here.replacing.find(typed_receipt(form))
    if replaced is None:
        return None
    return page(
        request,
        "cle_ancienne.html",
        replaced=replaced,
        may_object=here.replacing.may_object(replaced),
        contact=_contact(request, replaced),
        errors={},
    )


def _again(request: Request, form: Form) -> Response:
    """The space is closed. A page that was sent twice finds its words in place: they are shown as the first time."""
    here = portal(request)
    try:
        former = typed_receipt(form)
        [new] = here.words.open(_purpose(derive(former, here.pepper).lookup_id), form.get("etat"))
    except (NotAReceipt, StateLost):
        return ended(request, lost=_LOST)
    if not here.replacing.replaced_by(former, new):
        return ended(request, lost=_LOST)
    return _done(request, new)


def _done(request: Request, new: Receipt) -> Response:
    response = page(request, "cle_prise.html", words=new.words, code=svg(fold(new.text).upper()))
    set_cookie(response, portal(request), "", 0)
    return response


def _show(
    request: Request, current: Visit, new: Receipt, errors: dict[str, str], *, noted: bool = False, status: int = 422
) -> Response:
    here = portal(request)
    try:
        opened = open_report(here.uow, here.keys, current.space)
    except NoSuchReport:
        return ended(request, lost=_LOST)
    return page(
        request,
        "cle.html",
        status=status,
        words=new.words,
        code=svg(fold(new.text).upper()),
        etat=here.words.seal(_purpose(current.space.lookup_id), new),
        delay=length_in_words(here.replacing.delay),
        reachable=opened.reachable,
        token=current.token,
        noted=noted,
        errors=errors,
    )


def _purpose(lookup_id: bytes) -> str:
    """Words drawn for one report take the place of those that open it, and of no others."""
    return f"new-words/{lookup_id.hex()}"


def _is(form: Form, new: Receipt) -> bool:
    try:
        return typed_receipt(form) == new
    except NotAReceipt:
        return False


def _contact(request: Request, replaced: Replaced) -> str:
    """Whom to call: the CdG, by the report's member."""
    member = portal(request).directory.by_id(replaced.content.member_id)
    return f"{member.cdg_name} : {member.cdg_contact}" if member and member.cdg_contact else ""
