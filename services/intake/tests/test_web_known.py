"""A reporter tells named referents who they are as they file; nobody else, and nothing of it in the report."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, statements
from chassis.sealing.labels import is_label
from paravent.identity_vault.v1 import record_pb2
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted

from .in_office import BERTHE, EVERYBODY

NAME = {"identite": "known", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix", "phone": "06 12 34 56 78"}
CHOICE = "Dire mon nom à une personne que je choisis"


@pytest.fixture
def people(uow, ready):
    with uow("people") as tx:
        for person in EVERYBODY:
            tx.referents.keep(person, 1)


@pytest.fixture
def review(browser, people):
    """The last page, with whom it offers."""
    browser.fill()
    return browser


def shown(browser) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).replace("\u00a0", " ").split())


def mark_of(browser, name: str) -> str:
    found = re.search(
        rf'value="([0-9a-f]{{32}})"[^>]*>\s*<label for="dire[-0-9]*">{re.escape(name)}</label>', browser.page
    )
    assert found, f"{name} is not offered"
    return found[1]


def is_offered(browser, name: str) -> bool:
    return f">{name}</label>" in browser.page


def count(database, table: str) -> int:
    with database.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.fixture
def frames(database, vault):
    """What waits for identity-vault, opened as its processes would: (last layer, letter to the verifier, prompt)."""

    def read():
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT record, prompt FROM vault_queue")).all()
        found = []
        for row in rows:
            transport = record_pb2.TransportLayer.FromString(age.open_fixed(vault.transport.secret, row.record))
            layer = record_pb2.VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, transport.sealed_record))
            inner = record_pb2.DiscloserLayer.FromString(age.open_fixed(vault.discloser.secret, layer.inner))
            letter = padding.unpad(age.open_fixed(vault.verifier.secret, transport.to_verifier))
            found.append((inner, record_pb2.VerifierLetter.FromString(letter), row.prompt))
        return found

    return read


@pytest.fixture
def signed(frames):
    """The statements that wait, each checked with the key registered with the report."""

    def read() -> list[statements.Statement]:
        letters = [letter for _, letter, _ in frames()]
        [registered] = [letter.registration for letter in letters if letter.HasField("registration")]
        said = [letter.statement for letter in letters if letter.HasField("statement")]
        return sorted((statements.verify(one, registered.reporter_key) for one in said), key=lambda s: (s.at, s.kind))

    return read


@pytest.fixture
def content(told, casework):
    """Casework's copy of the one report."""

    def read():
        [(submitted, _)] = told(ReportSubmitted)
        return casework.open(submitted.envelope)

    return read


@pytest.fixture
def answers(told, casework):
    """What casework is told of agreements."""

    def read():
        sealed = [spoke.envelope for spoke, held in told(ReporterSpoke) if held]
        opened = [ReporterMessage.FromString(padding.unpad(age.open(casework.month.secret, one))) for one in sealed]
        return [message.answer for message in opened if message.HasField("answer")]

    return read


def tell(browser, *names: str, **fields):
    return browser.send(**(NAME | {"dire": [mark_of(browser, name) for name in names]} | fields))


# --- who is offered -------------------------------------------------------------------------------------------------


def test_the_members_referents_are_offered_with_the_sentence_that_would_be_signed(review):
    page = shown(review)
    assert CHOICE in page
    assert is_offered(review, "Adam Roussel")
    assert is_offered(review, "Berthe Lanoy")
    assert not is_offered(review, "Clovis Petit")
    assert "Ressources humaines, Boulogne-sur-Mer" in page
    assert (
        "J’accepte que Berthe Lanoy (Boulogne-sur-Mer), et personne d’autre, voie une seule fois mes nom et prénom et "
        "mes téléphone et adresse électronique, pour mettre en place un accompagnement. Mon accord prend effet 24 "
        "heures après ma signature et prend fin le 24 décembre 2026 au soir."
    ) in page
    assert "Rien n’est montré avant 24 heures" in page


@pytest.mark.parametrize("code", ["AUTORITE_TERRITORIALE", "DGS", "SECRETAIRE_GENERAL", "ELU", "REFERENT"])
def test_when_somebody_over_the_referents_is_implicated_only_the_cdgs_are_offered(browser, people, code):
    browser.fill({"implicated": ("COLLEGUE", code)})
    assert is_offered(browser, "Clovis Petit")
    assert not is_offered(browser, "Adam Roussel")
    assert not is_offered(browser, "Berthe Lanoy")


def test_where_nobody_is_in_office_the_choice_is_not_offered(browser):
    browser.fill()
    assert CHOICE not in shown(browser)
    browser.send(**NAME, dire="0" * 32)
    assert "Relisez la liste" in shown(browser)


def test_when_the_cdg_is_implicated_the_choice_is_not_offered(browser, people):
    browser.fill({"implicated": ("CDG",)})
    assert CHOICE not in shown(browser)


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_forged_form_that_names_somebody_who_is_not_offered_is_refused(browser, people, database):
    browser.fill({"implicated": ("DGS",)})
    clovis = mark_of(browser, "Clovis Petit")
    browser.turn("verification", "aller:qui")
    browser.turn("qui", implicated="COLLEGUE")
    response = browser.send(**NAME, dire=clovis)
    assert response.status_code == 422
    assert "Relisez la liste" in shown(browser)
    assert count(database, "reports") == count(database, "vault_queue") == 0


def test_somebody_removed_since_the_page_was_shown_is_refused(review, uow, database):
    marks = mark_of(review, "Berthe Lanoy")
    with uow("removal") as tx:
        tx.referents.keep(replace(BERTHE, name="", subject="", until_day=date(2026, 11, 23)), 2)
    assert review.send(**NAME, dire=marks).status_code == 422
    assert "Relisez la liste" in shown(review)
    assert count(database, "reports") == 0


def test_another_sentence_than_the_one_that_was_shown_is_not_signed(browser, people, clock, database):
    clock.advance(timedelta(hours=12))
    browser.fill()
    mark = mark_of(browser, "Berthe Lanoy")
    clock.advance(timedelta(hours=2))  # past midnight: the last day is another one
    assert browser.send(**NAME, dire=mark).status_code == 422
    assert "Relisez la liste" in shown(browser)
    assert count(database, "reports") == 0


def test_nobody_ticked_is_asked_again_and_nothing_is_sent(review, database):
    assert review.send(**NAME).status_code == 422
    assert "Cochez au moins une personne" in shown(review)
    assert count(database, "reports") == 0


def test_no_name_is_asked_again_and_the_ticks_stay(review, database):
    response = tell(review, "Berthe Lanoy", family_name="")
    assert response.status_code == 422
    assert "Écrivez votre nom" in shown(review)
    assert re.search(rf'value="{mark_of(review, "Berthe Lanoy")}" checked', review.page)
    assert not re.search(rf'value="{mark_of(review, "Adam Roussel")}" checked', review.page)
    assert count(database, "reports") == 0


def test_a_tick_without_the_choice_tells_nobody(review, frames, content):
    """The safe side of a form that contradicts itself."""
    review.send(**(NAME | {"identite": "confidential", "dire": mark_of(review, "Berthe Lanoy")}))
    assert (content().identity_choice, len(content().known_to), len(frames())) == ("confidential", 0, 1)


# --- what is filed --------------------------------------------------------------------------------------------------


def test_one_consent_for_each_person_is_signed_with_the_report(review, signed, content, clock):
    tell(review, "Berthe Lanoy", "Adam Roussel")
    assert len(review.words) == 8
    report = content()
    consents = {statement.values["subject"]: statement for statement in signed()}
    assert set(consents) == {"referente-1", "referent-2"}
    berthe = consents["referente-1"]
    assert (berthe.kind, berthe.ref, berthe.at) == ("consent", report.ref, clock.now())
    assert berthe.values["name"] == "Berthe Lanoy"
    assert (berthe.values["body"], berthe.values["issuer"]) == ("Boulogne-sur-Mer", "https://qui.test")
    assert (berthe.values["purpose"], berthe.values["fields"]) == ("support", ["name", "contact"])
    assert (berthe.values["until"], berthe.values["regime"]) == ("2026-12-24", "avdhas")
    assert berthe.values["case_label"] == report.case_label
    assert is_label(report.case_label)


def test_the_hash_that_is_signed_is_the_shown_sentences(review, signed):
    [sentence] = re.findall(r"J’accepte que Berthe.*?montrée\.", unescape(review.page))
    tell(review, "Berthe Lanoy")
    [consent] = signed()
    assert consent.values["text"] == statements.text_hash(sentence)


def test_casework_learns_who_was_told_and_neither_the_name_nor_the_consent(review, content):
    tell(review, "Berthe Lanoy")
    report = content()
    assert report.identity_choice == "known"
    [known] = report.known_to
    assert (known.issuer, known.subject, known.name) == ("https://qui.test", "referente-1", "Berthe Lanoy")
    assert (known.until, known.effective_at) == ("2026-12-24", "2026-11-25T09:17:42+00:00")
    assert known.consent_id == b""
    assert b"Quatrevingtdix" not in report.SerializeToString()


def test_every_report_has_a_code_and_it_tells_nothing_of_how_it_was_filed(browser, people, content):
    browser.fill()
    browser.send()
    assert is_label(content().case_label)


def test_the_name_is_in_the_one_record_and_nowhere_else(review, frames, everything):
    tell(review, "Berthe Lanoy", "Adam Roussel")
    records = [(inner, letter) for inner, letter, _ in frames()]
    named = [letter for inner, letter in records if inner.identity.family_name]
    assert len(records) == 3
    assert [letter.WhichOneof("body") for letter in named] == ["registration"]
    assert not [letter for _, letter in records if b"Quatrevingtdix" in letter.SerializeToString()]
    dump = everything()
    for secret in ("Quatrevingtdix", "Zéphyrine", "06 12 34 56 78"):
        assert secret.encode() not in dump


def test_the_frames_wait_like_a_reports_and_have_its_size(review, frames, database):
    """A frame that left in the next slot would tell when the report was filed."""
    tell(review, "Berthe Lanoy", "Adam Roussel")
    assert [prompt for *_, prompt in frames()] == [False, False, False]
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT DISTINCT octet_length(record) FROM vault_queue")).all() == [(10_240,)]


def test_no_row_of_a_report_tells_how_its_reporter_is_known(review, database):
    """But the frames, until they have left: own copies stand in the recap's envelope."""
    tell(review, "Berthe Lanoy")
    assert [count(database, table) for table in ("reports", "messages", "notices", "outbox")] == [1, 0, 0, 1]


def test_sending_twice_signs_once(review, frames):
    state, mark = review.state, mark_of(review, "Berthe Lanoy")
    tell(review, "Berthe Lanoy")
    review.send(**NAME, dire=mark, etat=state)
    assert "Il était déjà parti" in shown(review)
    assert len(frames()) == 2


def test_the_receipt_says_who_and_not_before_when(review):
    tell(review, "Berthe Lanoy")
    assert "Berthe Lanoy pourra la voir au coffre, pas avant 24 heures" in shown(review)


# --- in the follow-up space -----------------------------------------------------------------------------------------


@pytest.fixture
def told_berthe(review):
    """Filed, told to one person; the space is open on the agreement's page. Answers the words and that address."""
    tell(review, "Berthe Lanoy")
    words = list(review.words)
    review.enter(words)
    return words, open_agreement(review)


def open_agreement(browser) -> str:
    found = re.search(r'href="(/suivi/demande/[0-9a-f]+)"', browser.page)
    assert found, "no agreement on this page"
    browser.get(found[1])
    return found[1]


def act(browser, address: str, what: str, field: str, words: list[str]):
    return browser.post(f"{address}/{what}", jeton=browser.field("jeton"), **{field: " ".join(words)})


def test_the_space_says_whom_the_reporter_told_and_from_when(browser, told_berthe, clock):
    page = shown(browser)
    assert "Vous avez dit votre nom" in page
    assert "Rien ne lui sera montré avant le 25 novembre 2026 à 10 h 17" in page
    assert "Qui demande" not in page
    browser.get("/suivi/espace")
    page = shown(browser)
    assert "Berthe Lanoy (Boulogne-sur-Mer) Accepté, pas encore en vigueur" in page
    assert "choisi à qui la dire" in page
    assert "Quelqu’un demande à savoir qui vous êtes" not in page
    words, _ = told_berthe
    clock.advance(timedelta(days=1, minutes=1))
    browser.enter(words)
    assert "Cette personne peut le voir, une fois, depuis le 25 novembre 2026 à 10 h 17" in shown(browser)


def test_taken_back_it_is_signed_and_casework_hears_of_it(browser, told_berthe, signed, answers, content):
    words, address = told_berthe
    assert act(browser, address, "reprendre", "retrait", words).status_code == 303
    browser.get(address)
    assert "Vous avez repris votre accord" in shown(browser)
    by_kind = {statement.kind: statement for statement in signed()}
    assert by_kind["withdrawal"].values["consent"] == by_kind["consent"].id
    [answer] = answers()
    assert (answer.decision, answer.consent_id) == ("withdrawn", b"")
    assert answer.request_id == content().known_to[0].request_id


def test_brought_forward_it_is_signed_and_casework_hears_of_it(browser, told_berthe, signed, answers):
    words, address = told_berthe
    assert act(browser, address, "avancer", "avance", words).status_code == 303
    by_kind = {statement.kind: statement for statement in signed()}
    assert by_kind["hastening"].values["consent"] == by_kind["consent"].id
    assert [answer.decision for answer in answers()] == ["hastened"]
    browser.get(address)
    assert "Ne plus attendre" not in shown(browser)


def test_it_cannot_be_answered_like_a_request(browser, told_berthe, answers):
    _, address = told_berthe
    browser.post(f"{address}/refuser", jeton=browser.field("jeton"))
    assert "ne peut plus être celle-là" in shown(browser)
    assert answers() == []


def test_the_name_taken_back_ends_what_was_told(browser, told_berthe, clock):
    words, address = told_berthe
    clock.advance(timedelta(minutes=1))
    browser.get("/suivi/nom")
    browser.post("/suivi/nom/reprendre", jeton=browser.field("jeton"), recepisse=" ".join(words))
    browser.get(address)
    assert "Vous avez repris votre nom depuis" in shown(browser)
