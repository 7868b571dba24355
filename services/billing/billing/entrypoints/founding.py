"""`python -m billing found FILE.toml [--check]`: an operations team's file, applied or only looked at, told in French.

No person's name is said: what this writes may be kept in a log.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from billing.domain.founding import Founding, FoundingRefused, Wrong, day_text
from billing.domain.founding_file import read
from billing.domain.founding_known import Change, Plan
from billing.store.transaction import Transaction
from billing.usecases import founding as usecase
from chassis.clock import Clock
from chassis.db import UnitOfWork

USAGE = "usage: python -m billing found FILE.toml [--check]\n"


def run(
    uow: UnitOfWork[Transaction],
    content: bytes,
    issuer: str | None,
    clock: Clock,
    *,
    check: bool,
    beside: Callable[[str], bytes | None] = lambda _: None,
) -> tuple[int, str]:
    """Exit status and what to say: 0 where the file is good (and applied, unless it is a check), else 1.

    `issuer`: of the accounts that the service lets in, where it is known. `beside`: a file next to this one.
    """
    try:
        founding = _for_issuer(read(content, beside), issuer)
        if check:
            with uow("check_founding") as tx:
                made = usecase.check(tx, founding)
            if made.wrong:
                raise FoundingRefused(made.wrong)
        else:
            made = uow.run("found", lambda tx: usecase.found(tx, founding, clock.now()))
    except FoundingRefused as refused:
        return 1, "\n".join(_refusal(refused.wrong)) + "\n"
    return 0, "\n".join(_report(made, check=check)) + "\n"


def _for_issuer(founding: Founding, issuer: str | None) -> Founding:
    """With the issuer that the service lets in: nobody else's account could sign in."""
    if founding.issuer and issuer and founding.issuer != issuer:
        why = f"n’est pas celui du service (BILLING_OIDC_ISSUER) : personne n’entrerait. Écrivez {issuer}."
        raise FoundingRefused([Wrong("issuer", why)])
    known = founding.issuer or issuer
    if not known:
        why = 'manque. Écrivez en haut du fichier issuer = "https://…", celui du fournisseur d’identité.'
        raise FoundingRefused([Wrong("issuer", why)])
    return replace(founding, issuer=known)


def _refusal(wrong: list[Wrong]) -> Iterator[str]:
    yield f"{len(wrong)} {'erreur' if len(wrong) == 1 else 'erreurs'} ; rien n’est écrit."
    yield ""
    for each in wrong:
        yield f"  {each.key} {each.text}"


def _report(made: Plan, *, check: bool) -> Iterator[str]:
    added = [each for each in made.changes if each.before is None]
    changed = [each for each in made.changes if each.before is not None]
    yield "Le fichier est bon ; rien n’est écrit encore." if check else "Le fichier est appliqué."
    for heading, changes in (("À créer" if check else "Créé", added), ("À changer" if check else "Changé", changed)):
        if changes:
            yield ""
            yield f"{heading} :"
        for each in changes:
            yield f"  {each.what}{_difference(each)}"
    if made.unchanged:
        yield ""
        yield f"Sans changement : {made.unchanged}."
    if made.notes:
        yield ""
        yield "À savoir :"
        yield from (f"  {note}" for note in made.notes)
    if check and made.changes:
        yield ""
        yield "La même commande sans --check l’écrit, tout ou rien."


def _difference(change: Change) -> str:
    if change.before is None:
        return ""
    # A manager's name is a person's; texts of conventions, and ids, are not to be read here.
    if change.table in ("managers", "convention_terms"):
        return f" : {', '.join(change.values)}"
    named = {name: value for name, value in change.values.items() if not name.endswith("_id")}
    said = [f"{name} {_said(change.before[name])} → {_said(value)}" for name, value in named.items()]
    return " : " + ", ".join([*said, *(name.removesuffix("_id") for name in change.values if name not in named)])


def _said(value: object) -> str:
    return day_text(value) if isinstance(value, date) else f"« {value} »"
