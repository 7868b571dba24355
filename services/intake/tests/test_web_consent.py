"""A handler asks who the reporter is: the reporter reads, agrees with the eight words, refuses, takes back."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, receipts, statements
from chassis.sealing.receipts import Receipt
from chassis.sealing.statements import BadStatement, text_hash
from paravent.casework.v1.content_pb2 import HandlerMessage, IdentityRequest
from paravent.identity_vault.v1.record_pb2 import TransportLayer, VerifierLetter
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke

CONFIDENTIAL = {"identite": "confidential", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix"}


def request_of(**changes) -> IdentityRequest:
    asked = {
        "request_id": secrets.token_bytes(16),
        "issuer": "https://qui.test",
        "subject": "referente-1",
        "name": "Mme Berthe Lanoy",
        "body": "CdG du Pas-de-Calais",
        "purpose": "meeting",
        "reason": "J’aimerais vous entendre avant de décider de la suite.",
        "fields": ["name", "contact"],
        "case_label": "Merle-42",
        "until": "2026-12-20",
        "regime": "avdhas",
    }
    return IdentityRequest(**(asked | changes))


@pytest.fixture
def filed(browser):
    """A report whose reporter sealed their name."""
    browser.fill()
    browser.send(**CONFIDENTIAL)
    return list(browser.words)


@pytest.fixture
def asked(browser, filed, notify):
    """A request waits; its page is open. Answers its address."""
    notify(identity_request=request_of())
    browser.enter(filed)
    return open_request(browser)


@pytest.fixture
def letters(database, vault):
    """What waits for the verifier, opened as it would: (letter, left as a statement), in no order."""

    def read() -> list[tuple[VerifierLetter, bool]]:
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT record, prompt FROM vault_queue")).all()
        found = []
        for row in rows:
            transport = TransportLayer.FromString(age.open_fixed(vault.transport.secret, row.record))
            letter = padding.unpad(age.open_fixed(vault.verifier.secret, transport.to_verifier))
            found.append((VerifierLetter.FromString(letter), row.prompt))
        return found

    return read


@pytest.fixture
def signed(letters):
    """The statements that wait, each checked with the key that was registered with the report."""

    def read() -> list[statements.Statement]:
        found = letters()
        [registered] = [letter.registration for letter, _ in found if letter.HasField("registration")]
        said = [(letter.statement, prompt) for letter, prompt in found if letter.HasField("statement")]
        assert all(prompt for _, prompt in said)
        return sorted(
            (statements.verify(statement, registered.reporter_key) for statement, _ in said), key=lambda s: s.at
        )

    return read


@pytest.fixture
def answers(told, casework):
    """What casework is told of requests, opened with its month key."""

    def read():
        messages = [
            ReporterMessage.FromString(padding.unpad(age.open(casework.month.secret, spoke.envelope)))
            for spoke, held in told(ReporterSpoke)
            if held
        ]
        return [message.answer for message in messages if message.HasField("answer")]

    return read


def open_request(browser) -> str:
    found = re.search(r'href="(/suivi/demande/[0-9a-f]+)"', browser.page)
    assert found, "no request on this page"
    browser.get(found[1])
    return found[1]


def form_of(browser) -> dict[str, str]:
    """The hidden fields of the agreement, as the page holds them."""
    return {name: browser.field(name) for name in ("jeton", "lu")}


def agree(browser, address, words, form=None, **changes):
    fields = (form or form_of(browser)) | {"recepisse": " ".join(words)} | changes
    return browser.post(f"{address}/accepter", **fields)


def shown(browser) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).replace("\u00a0", " ").split())


def test_the_space_tells_of_the_request_and_its_page_says_all_of_it(browser, filed, notify):
    notify(identity_request=request_of())
    browser.enter(filed)
    assert "Mme Berthe Lanoy (CdG du Pas-de-Calais) vous le demande" in shown(browser)
    open_request(browser)
    page = shown(browser)
    for words in (
        "Mme Berthe Lanoy",
        "CdG du Pas-de-Calais",
        "J’aimerais vous entendre avant de décider de la suite.",
        "Organiser un entretien",
        "Vos nom et prénom et vos téléphone et adresse électronique",
        "Merle-42",
        "20 décembre 2026",
        "Refuser n’a aucune conséquence",
        "personne ne voit rien pendant 24 heures",
        "Vous pouvez reprendre votre accord pendant ce temps",
        "raccourcir cette attente",
    ):
        assert words in page, words


def test_agreeing_signs_the_sentence_shown_with_the_registered_key(browser, filed, asked, signed, clock):
    sentence = unescape(re.search(r'id="accord"><p>([^<]*)</p>', browser.page)[1])
    assert agree(browser, asked, filed).status_code == 303
    [consent] = signed()
    assert consent.kind == statements.CONSENT
    assert consent.at == clock.now().replace(microsecond=0)
    expected = request_of()
    for name in ("issuer", "subject", "name", "body", "purpose", "case_label", "regime", "until"):
        assert consent.values[name] == getattr(expected, name)
    assert consent.values["fields"] == ["name", "contact"]
    assert consent.values["text"] == text_hash(sentence)
    assert sentence.replace("\u00a0", " ") == (
        "J’accepte que Mme Berthe Lanoy (CdG du Pas-de-Calais), et personne d’autre, voie une seule fois mes nom et "
        "prénom et mes téléphone et adresse électronique, pour organiser un entretien. Mon accord prend effet "
        "24 heures après ma signature et prend fin le 20 décembre 2026 au soir. Je peux le reprendre tant que mon "
        "identité n’a pas été montrée."
    )


def test_casework_is_told_without_the_consents_id_and_the_reporter_keeps_it(
    browser, filed, asked, signed, answers, database, pepper, clock
):
    agree(browser, asked, filed)
    [told] = answers()
    assert (told.decision, told.consent_id) == ("agreed", b"")
    assert datetime.fromisoformat(told.effective_at) == clock.now().replace(microsecond=0) + timedelta(days=1)
    identity = receipts.derive(Receipt.parse(" ".join(filed)), pepper).identity
    with database.engine.connect() as connection:
        [own] = connection.execute(text("SELECT envelope FROM messages")).scalars()
    kept = ReporterMessage.FromString(padding.unpad(age.open(identity, own)))
    [consent] = signed()
    assert kept.answer.consent_id == consent.id
    browser.get("/suivi/espace")
    assert "Personne ne peut voir votre identité avant le 25 novembre 2026 à 10 h 17" in shown(browser)
    assert "vous le demande" not in shown(browser)
    assert browser.page.count('class="mine"') == 0  # an answer is no message


def test_a_double_click_is_one_answer(browser, filed, asked, signed, answers):
    form = form_of(browser)
    for _ in range(2):
        assert agree(browser, asked, filed, form).status_code == 303
    assert len(signed()) == len(answers()) == 1


def test_refusing_signs_nothing_and_is_told(browser, filed, asked, signed, answers):
    form = {"jeton": browser.field("jeton")}
    for _ in range(2):
        assert browser.post(f"{asked}/refuser", **form).status_code == 303
    assert [told.decision for told in answers()] == ["refused"]
    assert signed() == []
    browser.get(asked)
    assert "Votre identité reste scellée" in shown(browser)


def test_an_agreement_is_hastened_then_taken_back_each_with_the_words(browser, filed, asked, signed, answers, clock):
    agree(browser, asked, filed)
    browser.get(asked)
    token = {"jeton": browser.field("jeton")}
    clock.advance(timedelta(minutes=1))
    assert browser.post(f"{asked}/avancer", avance=" ".join(filed), **token).status_code == 303
    browser.get(asked)
    assert "Cette personne peut voir votre identité, une fois" in shown(browser)
    assert "Ne plus attendre" not in shown(browser)
    clock.advance(timedelta(minutes=1))
    assert browser.post(f"{asked}/reprendre", retrait=" ".join(filed), **token).status_code == 303
    browser.get(asked)
    assert "Vous avez repris votre accord" in shown(browser)
    consent, hastening, withdrawal = signed()
    assert [hastening.kind, withdrawal.kind] == [statements.HASTENING, statements.WITHDRAWAL]
    assert hastening.values["consent"] == withdrawal.values["consent"] == consent.id
    assert [told.decision for told in answers()] == ["agreed", "hastened", "withdrawn"]
    assert all(told.consent_id == b"" for told in answers())
    hastened = datetime.fromisoformat(answers()[1].effective_at)
    assert hastened == datetime(2026, 11, 24, 9, 18, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("zut flûte tant", "vous en avez écrit 3"), ("zzzzz " * 8, "À revoir : mot n° 1, 2"), (None, "ne sont pas ceux")],
)
def test_a_wrong_receipt_signs_nothing_and_is_not_shown_again(browser, filed, asked, signed, answers, typed, said):
    typed = typed or " ".join([*filed[1:], filed[0]])
    assert agree(browser, asked, [typed]).status_code == 422
    assert said in shown(browser)
    assert " ".join(typed.split()[:2]) not in browser.page  # one of them may well be in the page's own text
    assert signed() == [] == answers()


def test_another_reports_receipt_signs_nothing(browser, filed, notify, letters, answers):
    browser.fill()
    browser.send(**CONFIDENTIAL)
    others = list(browser.words)
    notify(identity_request=request_of())
    browser.enter(filed)
    address = open_request(browser)
    assert agree(browser, address, others).status_code == 422
    assert "Ces huit mots ne sont pas ceux de ce signalement" in shown(browser)
    for step, field in (("avancer", "avance"), ("reprendre", "retrait")):
        token = {"jeton": browser.field("jeton"), field: " ".join(others)}
        assert browser.post(f"{address}/{step}", **token).status_code == 422
    assert not [letter for letter, _ in letters() if letter.HasField("statement")]
    assert answers() == []


def test_a_request_that_has_ended_cannot_be_answered(browser, filed, asked, signed, answers, clock):
    lu = browser.field("lu")
    clock.advance(timedelta(days=26))
    browser.enter(filed)
    browser.get(asked)
    assert "J’accepte" not in browser.page
    token = browser.field("jeton") if 'name="jeton"' in browser.page else None
    assert token is None  # nothing is left to send
    browser.get("/suivi/espace")
    form = {"jeton": browser.field("jeton"), "lu": lu, "recepisse": " ".join(filed)}
    assert browser.post(f"{asked}/accepter", **form).status_code == 422
    assert browser.post(f"{asked}/refuser", jeton=form["jeton"]).status_code == 422
    assert signed() == [] == answers()


def test_what_would_end_before_it_takes_effect_is_not_offered(browser, filed, notify):
    notify(identity_request=request_of(until="2026-11-24"))
    browser.enter(filed)
    assert "vous le demande" not in shown(browser)
    open_request(browser)
    assert "J’accepte" not in browser.page


def test_a_first_answer_holds(browser, filed, asked, signed, answers):
    form = form_of(browser)
    browser.post(f"{asked}/refuser", jeton=form["jeton"])
    assert agree(browser, asked, filed, form).status_code == 422
    assert "ne peut plus être celle-là" in shown(browser)
    for step, field in (("avancer", "avance"), ("reprendre", "retrait")):
        again = browser.post(f"{asked}/{step}", jeton=form["jeton"], **{field: " ".join(filed)})
        assert again.status_code == 422
    assert [told.decision for told in answers()] == ["refused"]
    assert signed() == []


def test_no_comes_too_late_after_yes(browser, filed, asked, answers):
    agree(browser, asked, filed)
    browser.get(asked)
    assert browser.post(f"{asked}/refuser", jeton=browser.field("jeton")).status_code == 422
    assert [told.decision for told in answers()] == ["agreed"]


def test_a_request_that_casework_did_not_sign_is_nowhere(browser, filed, notify):
    notify(seed=bytes(32), identity_request=request_of(name="Un imposteur"))
    notify(ref=bytes(16), identity_request=request_of(name="Un imposteur"))
    notify(message=HandlerMessage(text="Bonjour"))
    browser.enter(filed)
    assert "Un imposteur" not in browser.page
    assert "/suivi/demande/" not in browser.page
    assert browser.get(f"/suivi/demande/{'0' * 16}").status_code == 404


@pytest.mark.parametrize(
    "unsound",
    [
        {"purpose": "curiosity"},
        {"fields": []},
        {"fields": ["name", "address"]},
        {"until": "bientôt"},
        {"until": "2028-01-01"},
        {"regime": "other"},
        {"subject": ""},
        {"body": "é" * 1500},
        {"request_id": b"short"},
    ],
)
def test_a_request_that_identity_vault_would_not_admit_is_not_shown(browser, filed, notify, unsound):
    notify(identity_request=request_of(**unsound))
    browser.enter(filed)
    assert "/suivi/demande/" not in browser.page


def test_another_sentence_than_the_one_shown_is_not_signed(browser, filed, asked, signed):
    assert agree(browser, asked, filed, lu=text_hash("Autre chose").hex()).status_code == 422
    assert "Relisez-le" in shown(browser)
    assert signed() == []


def test_an_answer_without_the_sessions_token_is_refused(browser, filed, asked, signed):
    assert agree(browser, asked, filed, jeton="0" * 64).status_code == 403
    assert signed() == []


def test_after_the_end_nothing_is_signed_and_it_says_what_to_do(browser, filed, asked, signed, answers, clock):
    clock.advance(timedelta(minutes=16))
    late = agree(browser, asked, filed)
    assert late.status_code == 403
    assert "Votre réponse n’est pas partie" in shown(browser)
    assert filed[0] not in shown(browser).split()
    assert signed() == [] == answers()
    browser.enter(filed)
    assert "vous le demande" in shown(browser)


def test_the_words_typed_to_sign_are_kept_nowhere(browser, filed, asked, everything):
    agree(browser, asked, filed)
    dump = everything()
    assert " ".join(filed).encode() not in dump
    assert b"Lanoy" not in dump


def test_every_frame_of_an_answer_has_the_size_of_a_report(browser, filed, asked, database):
    agree(browser, asked, filed)
    with database.engine.connect() as connection:
        assert set(connection.execute(text("SELECT octet_length(record) FROM vault_queue")).scalars()) == {10_240}
        assert connection.execute(text("SELECT count(*) FROM vault_queue")).scalar() == 2


def test_another_key_does_not_verify_what_was_signed(browser, filed, asked, letters):
    agree(browser, asked, filed)
    [statement] = [letter.statement for letter, _ in letters() if letter.HasField("statement")]
    with pytest.raises(BadStatement):
        statements.verify(statement, bytes(32))
