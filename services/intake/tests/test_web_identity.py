"""A name or an address given after the report, or with it, and taken back."""

from hashlib import sha256
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, receipts, statements
from paravent.identity_vault.v1.record_pb2 import (
    CourierLetter,
    DiscloserLayer,
    LinkerLetter,
    TransportLayer,
    VerifierLayer,
    VerifierLetter,
)
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted

NAME = {"given_name": "Zéphyrine", "family_name": "Quatrevingtdix", "email": "zeph@exemple.fr"}
ADDRESS = "quelquun@exemple.org"


@pytest.fixture
def frames(database, vault):
    """Every frame that waits, opened with each process's key."""

    def opened(record: bytes, prompt: bool) -> SimpleNamespace:
        transport = TransportLayer.FromString(age.open_fixed(vault.transport.secret, record))
        layer = VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, transport.sealed_record))
        parts = {
            "to_verifier": (VerifierLetter, vault.verifier),
            "to_linker": (LinkerLetter, vault.linker),
            "to_courier": (CourierLetter, vault.courier),
        }
        letters = {
            name: kind.FromString(padding.unpad(age.open_fixed(pair.secret, getattr(transport, name))))
            for name, (kind, pair) in parts.items()
        }
        innermost = DiscloserLayer.FromString(age.open_fixed(vault.discloser.secret, layer.inner))
        return SimpleNamespace(prompt=prompt, locator=transport.locator, layer=layer, innermost=innermost, **letters)

    def read() -> list[SimpleNamespace]:
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT record, prompt FROM vault_queue")).all()
        return [opened(row.record, row.prompt) for row in rows]

    return read


@pytest.fixture
def later(frames):
    """The frames that came after the report's, with the report's registration."""

    def read() -> tuple[object, list[SimpleNamespace]]:
        found = frames()
        [report] = [frame for frame in found if not frame.prompt]
        return report, [frame for frame in found if frame.prompt]

    return read


def change(browser, path, words, field="recepisse", **fields):
    hidden = {name: browser.field(name) for name in ("jeton", "numero") if f'name="{name}"' in browser.page}
    return browser.post(path, **(hidden | fields | {field: " ".join(words)}))


def test_an_anonymous_reporter_adds_a_name_that_only_the_last_layer_holds(browser, filed, later, casework, told):
    browser.enter(filed)
    assert "Vous êtes anonyme" in browser.page
    browser.get("/suivi/nom")
    assert change(browser, "/suivi/nom", filed, **NAME).status_code == 303
    report, [added] = later()
    ref = casework.open(told(ReportSubmitted)[0][0].envelope).ref
    key = report.to_verifier.registration.reporter_key
    statement = statements.verify(added.to_verifier.statement, key)
    assert (statement.kind, statement.ref, statement.values["number"]) == (statements.NAME_ADDED, ref, 1)
    assert statement.values["inner"] == sha256(added.layer.inner).digest()
    assert added.locator == receipts.locator(ref, 1)
    assert (added.layer.ref, added.layer.reporter_key) == (ref, key)
    assert added.innermost.identity.family_name == "Quatrevingtdix"
    assert told(ReporterSpoke) == []  # casework is not told
    browser.get("/suivi/espace")
    assert "Votre nom est scellé" in browser.page


def test_a_name_is_taken_back_and_another_one_has_the_next_number(browser, filed, later):
    browser.enter(filed)
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton")} | NAME
    for _ in range(2):
        assert change(browser, "/suivi/nom", filed, **form).status_code == 303
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton")}
    for _ in range(2):
        assert change(browser, "/suivi/nom/reprendre", filed, **form).status_code == 303
    browser.get("/suivi/nom")
    assert "Vous avez repris votre nom" in browser.page
    change(browser, "/suivi/nom", filed, **NAME)
    report, frames = later()
    key = report.to_verifier.registration.reporter_key
    found = [statements.verify(frame.to_verifier.statement, key) for frame in frames]
    said = sorted((statement.kind, statement.values.get("number", 0)) for statement in found)
    assert said == [("name_added", 1), ("name_added", 2), ("name_withdrawn", 0)]


def test_a_confidential_reporter_withdraws_the_name_of_the_report(browser, later):
    browser.fill()
    browser.send(identite="confidential", **NAME)
    words = list(browser.words)
    browser.enter(words)
    browser.get("/suivi/nom")
    assert "ne peut pas être repris" in browser.page
    change(browser, "/suivi/nom/reprendre", words)
    report, [frame] = later()
    key = report.to_verifier.registration.reporter_key
    assert statements.verify(frame.to_verifier.statement, key).kind == statements.NAME_WITHDRAWN
    browser.get("/suivi/espace")
    assert "Vous avez repris votre nom" in browser.page


def test_a_name_without_the_right_words_or_incomplete_is_refused(browser, filed, later):
    browser.enter(filed)
    browser.get("/suivi/nom")
    assert change(browser, "/suivi/nom", [*filed[1:], filed[0]], **NAME).status_code == 422
    assert "ne sont pas ceux" in browser.page
    assert change(browser, "/suivi/nom", filed, given_name="Zéphyrine").status_code == 422
    assert 'href="#family_name"' in browser.page
    work = NAME | {"email": "z@ville-boulogne-sur-mer.fr"}
    assert change(browser, "/suivi/nom", filed, **work).status_code == 422
    assert "adresse professionnelle" in browser.page
    assert later()[1] == []


def test_a_name_that_was_given_stands_in_no_table(browser, filed, everything):
    browser.enter(filed)
    browser.get("/suivi/nom")
    change(browser, "/suivi/nom", filed, **NAME)
    assert b"Quatrevingtdix" not in everything()


def test_an_address_left_with_an_anonymous_report_goes_to_the_courier_alone(
    browser, frames, casework, told, everything
):
    browser.fill()
    browser.send(prevenir=ADDRESS)
    words = list(browser.words)
    assert "un message neutre vous le dira" in browser.page
    [frame] = frames()
    assert frame.to_courier.address.email == ADDRESS
    assert frame.to_linker.registration.contact_id == frame.to_courier.address.contact_id
    content = casework.open(told(ReportSubmitted)[0][0].envelope)
    assert frame.to_linker.registration.ref == content.ref
    assert ADDRESS.encode() not in content.SerializeToString() + everything()
    browser.enter(words)
    assert "Vous avez laissé une adresse" in browser.page
    assert ADDRESS not in browser.page


@pytest.mark.parametrize("typed", ["a.durand@ville-boulogne-sur-mer.fr", "boulogne@", "a@" + "b" * 260 + ".fr"])
def test_an_address_at_work_or_incomplete_is_refused_with_the_reason(browser, database, typed):
    browser.fill()
    assert browser.send(prevenir=typed).status_code == 422
    assert 'id="prevenir-erreur"' in browser.page
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM reports")).scalar() == 0


def test_an_address_is_left_later_changed_and_taken_back(browser, filed, later, clock):
    from datetime import timedelta

    browser.enter(filed)
    browser.get("/suivi/adresse")
    form = {name: browser.field(name) for name in ("jeton", "numero")}
    for _ in range(2):
        assert change(browser, "/suivi/adresse", filed, adresse=ADDRESS, **form).status_code == 303
    clock.advance(timedelta(seconds=5))
    browser.get("/suivi/adresse")
    assert "Retirer votre adresse" in browser.page
    change(browser, "/suivi/adresse", filed, adresse="autre@exemple.org")
    clock.advance(timedelta(seconds=5))
    browser.get("/suivi/adresse")
    change(browser, "/suivi/adresse/reprendre", filed, "retrait")
    report, frames = later()
    key = report.to_linker.registration.reporter_key
    said = sorted(((statements.verify(f.to_linker.statement, key), f) for f in frames), key=lambda one: one[0].at)
    assert [statement.kind for statement, _ in said] == ["contact", "contact", "contact_withdrawn"]
    emails = [frame.to_courier.address.email for _, frame in said]
    assert emails == [ADDRESS, "autre@exemple.org", ""]
    for statement, frame in said[:2]:
        assert statement.values["contact_id"] == frame.to_courier.address.contact_id
    browser.get("/suivi/adresse")
    assert "Retirer votre adresse" not in browser.page


def test_an_address_without_the_right_words_or_at_work_is_refused(browser, filed, later):
    browser.enter(filed)
    browser.get("/suivi/adresse")
    assert change(browser, "/suivi/adresse", [*filed[1:], filed[0]], adresse=ADDRESS).status_code == 422
    assert change(browser, "/suivi/adresse", filed, adresse="x@mairie-boulogne.fr").status_code == 422
    assert "adresse professionnelle" in browser.page
    assert change(browser, "/suivi/adresse", filed, adresse="").status_code == 422
    assert later()[1] == []


@pytest.mark.parametrize("path", ["/suivi/nom", "/suivi/nom/reprendre", "/suivi/adresse", "/suivi/adresse/reprendre"])
def test_after_the_end_nothing_is_changed(browser, filed, clock, later, path):
    from datetime import timedelta

    browser.enter(filed)
    browser.get("/suivi/adresse")
    clock.advance(timedelta(minutes=16))
    words = {"recepisse": " ".join(filed), "retrait": " ".join(filed), "adresse": ADDRESS}
    hidden = {name: browser.field(name) for name in ("jeton", "numero")}
    assert browser.post(path, **words, **hidden, **NAME).status_code == 403
    assert "Rien n’a été changé" in browser.page
    assert later()[1] == []


def test_what_losing_the_words_means_is_said_before_and_with_them(browser):
    browser.fill()
    assert "Si vous perdez ces huit mots" in browser.page
    assert "plus personne ne peut ouvrir votre espace" in browser.page
    browser.send()
    assert "Deux gardiens" in browser.page
    browser.get("/suivi")
    assert "plus personne ne peut ouvrir votre espace" in browser.page


def test_a_form_sent_again_from_an_earlier_page_is_the_same_report(browser, database):
    """What a browser does after Back: it sends the last question's form again, and draws the review page anew."""
    browser.fill()
    browser.turn("verification", "aller:danger")
    last = browser.state
    browser.turn("danger", danger="no")
    browser.send()
    first = list(browser.words)
    browser.post("/signalement", etat=last, etape="danger", action="suivant", danger="yes")
    browser.send()
    assert list(browser.words) == first
    assert "pas été envoyé une deuxième fois" in browser.page
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM reports")).scalar() == 1


def test_an_address_in_the_members_own_domains_is_refused(browser, uow, listed, later):
    from intake.usecases.directory import list_member

    with uow("list_again") as tx:
        list_member(tx, listed(version=2, mail_domains=["agents62.example"]))
    browser.fill()
    assert browser.send(prevenir="x@agents62.example").status_code == 422
    browser.send()
    filed = list(browser.words)
    browser.enter(filed)
    browser.get("/suivi/adresse")
    for typed in ("x@AGENTS62.example", "x@mail.agents62.example"):
        assert change(browser, "/suivi/adresse", filed, adresse=typed).status_code == 422
        assert "adresse professionnelle" in browser.page
    assert change(browser, "/suivi/adresse", filed, adresse="x@autresagents62.example").status_code == 303
    assert len(later()[1]) == 1
