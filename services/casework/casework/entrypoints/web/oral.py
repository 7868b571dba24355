"""Oral reports: a screener takes down what somebody says, reads it to them again, and gives them a code, once."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request, Response

from casework.domain.acts import Act
from casework.domain.people import Staff
from casework.domain.routing import Implicated
from casework.entrypoints.web import words
from casework.entrypoints.web.draft import DraftLost, DraftSealer, drafts
from casework.entrypoints.web.office import Office, office, screener
from casework.usecases import taking_down
from casework.usecases.desk import NoSuchCase
from casework.usecases.taking_down import Draft, MemberLine, TooLong
from chassis.i18n import _
from chassis.sealing.words import fold
from chassis.web import Form, csrf_protect, page, read_form
from paravent.intake.v1.content_pb2 import Answers

router = APIRouter()
# Members shown at once.
SHOWN = 25
ACTS = (
    *(Act.HARCELEMENT_MORAL, Act.HARCELEMENT_SEXUEL, Act.AGISSEMENT_SEXISTE, Act.DISCRIMINATION, Act.VIOLENCE),
    *(Act.ATTEINTE_PHYSIQUE, Act.MENACE, Act.INTIMIDATION, Act.AUTRE),
)
IMPLICATED = (
    *(Implicated.HIERARCHIE, Implicated.COLLEGUE, Implicated.AUTORITE_TERRITORIALE, Implicated.DGS),
    *(Implicated.SECRETAIRE_GENERAL, Implicated.ELU, Implicated.REFERENT, Implicated.USAGER, Implicated.PRESTATAIRE),
    *(Implicated.CDG, Implicated.AUTRE),
)
# Field of the form -> answer, and its longest text in characters.
_TEXTS = {"quand": ("when", 1000), "ou": ("where", 1000), "quoi": ("what", 20_000), "precisions": ("details", 4000)}
_ERRORS = {
    "quality": ("qualite", "Dites si la personne est concernée elle-même ou témoin."),
    "acts": ("actes", "Cochez au moins un acte. En cas de doute, le plus proche suffit."),
    "what": ("quoi", "Écrivez ce que la personne a dit. Une phrase suffit pour commencer."),
    "implicated": ("mis-en-cause", "Cochez au moins une réponse : elle décide de qui ne verra jamais ce dossier."),
}


@router.get("/dossiers/oral", response_model=None)
def begin(
    request: Request,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    sealer: DraftSealer = Depends(drafts),
) -> Response:
    """Choose the member; then the form."""
    members = taking_down.members(at.uow, person)
    chosen = request.query_params.get("collectivite")
    if chosen:
        return _form(request, person, sealer, _member(members, chosen), Draft(chosen), Form([]), {})
    wanted = request.query_params.get("q", "").strip()
    found = [one for one in members if fold(wanted) in fold(one.name)]
    return page(request, "oral.html", staff=person, members=found[:SHOWN], more=len(found) > SHOWN, wanted=wanted)


@router.post("/dossiers/oral", response_model=None, dependencies=[Depends(csrf_protect)])
def review(
    request: Request,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    sealer: DraftSealer = Depends(drafts),
    form: Form = Depends(read_form),
) -> Response:
    """Show what was taken down, to be read out; or, with the other button, the form again."""
    try:
        draft = sealer.open(form.get("etat"), person)
    except DraftLost:
        return _lost(request, person)
    member = _member(taking_down.members(at.uow, person), draft.member_id)
    if form.get("action") == "corriger":
        return _form(request, person, sealer, member, draft, _typed(draft.answers), {})
    answers = _answers(form)
    errors = {field: _(text) for field, text in (_ERRORS[part] for part in taking_down.missing(answers))}
    errors |= {
        field: _("Ce texte est trop long.")
        for field, (_name, longest) in _TEXTS.items()
        if len(form.get(field)) > longest
    }
    if errors:
        return _form(request, person, sealer, member, draft, form, errors)
    taken = Draft(draft.member_id, draft.report_id, draft.case_id, draft.code, answers)
    sealed = sealer.seal(taken, person)
    return page(request, "oral_relecture.html", staff=person, member=member, answers=answers, sealed=sealed)


@router.post("/dossiers/oral/envoi", response_model=None, dependencies=[Depends(csrf_protect)])
def send(
    request: Request,
    person: Staff = Depends(screener),
    at: Office = Depends(office),
    sealer: DraftSealer = Depends(drafts),
    form: Form = Depends(read_form),
) -> Response:
    """Open the case and show the code. Sent again, it shows the same code and opens nothing more."""
    try:
        draft = sealer.open(form.get("etat"), person)
        taken = taking_down.take_down(at.uow, at.desk, person, draft)
    except DraftLost:
        return _lost(request, person)
    except TooLong:
        member = _member(taking_down.members(at.uow, person), draft.member_id)
        errors = {"quoi": _("L’ensemble est trop long pour être scellé : raccourcissez ce texte.")}
        return _form(request, person, sealer, member, draft, _typed(draft.answers), errors)
    return page(
        request, "oral_code.html", staff=person, code=draft.code.words, taken=taken, portal=at.portal_url.rstrip("/")
    )


def _form(
    request: Request,
    person: Staff,
    sealer: DraftSealer,
    member: MemberLine,
    draft: Draft,
    form: Form,
    errors: dict[str, str],
) -> Response:
    return page(
        request,
        "oral_saisie.html",
        status=422 if errors else 200,
        staff=person,
        member=member,
        sealed=sealer.seal(draft, person),
        form=form,
        errors=errors,
        qualities=[("victim", _("Elle est concernée elle-même")), ("witness", _("Elle est témoin"))],
        acts=[(str(code), words.act(code)) for code in ACTS],
        criteria=words.criteria(),
        implicated=[(str(code), words.implicated(code)) for code in IMPLICATED],
        longest={field: longest for field, (_name, longest) in _TEXTS.items()},
    )


def _lost(request: Request, person: Staff) -> Response:
    return page(request, "oral_perdu.html", status=410, staff=person)


def _member(members: Sequence[MemberLine], member_id: str) -> MemberLine:
    """Raises NoSuchCase for a member that the screener does not serve."""
    found = next((one for one in members if one.member_id == member_id), None)
    if found is None:
        raise NoSuchCase
    return found


def _answers(form: Form) -> Answers:
    """What was typed, the main act first. Codes that are not offered are dropped."""
    acts = [str(act) for act in ACTS if act in form.all("actes")]
    main = form.get("principal")
    offered = {code for code, _label in words.criteria()}
    return Answers(
        quality=form.get("qualite"),
        acts=sorted(acts, key=lambda act: act != main),
        criteria=[code for code in form.all("criteres") if code in offered] if Act.DISCRIMINATION in acts else [],
        when=form.get("quand").strip(),
        where=form.get("ou").strip(),
        what=form.get("quoi").strip(),
        implicated=[str(code) for code in IMPLICATED if code in form.all("mis-en-cause")],
        implicated_details=form.get("precisions").strip(),
        danger=form.get("danger") == "oui",
    )


def _typed(answers: Answers) -> Form:
    """The form that gave these answers."""
    pairs = [("qualite", answers.quality), ("principal", next(iter(answers.acts), ""))]
    pairs += [("actes", act) for act in answers.acts] + [("criteres", code) for code in answers.criteria]
    pairs += [("mis-en-cause", code) for code in answers.implicated]
    pairs += [("quand", answers.when), ("ou", answers.where), ("quoi", answers.what)]
    pairs += [("precisions", answers.implicated_details)] + ([("danger", "oui")] if answers.danger else [])
    return Form(pairs)
