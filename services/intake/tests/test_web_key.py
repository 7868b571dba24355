"""New words for a report whose eight words somebody may have seen; what the former ones open then."""

import re
import secrets
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, receipts, statements
from chassis.sealing.age import CannotOpen
from chassis.sealing.receipts import Receipt, ReporterKeys
from chassis.sealing.statements import BadStatement
from intake.usecases.signing import candidates
from paravent.casework.v1.content_pb2 import HandlerMessage, IdentityRequest, StatusChange
from paravent.identity_vault.v1.record_pb2 import LinkerLetter, TransportLayer, VerifierLayer, VerifierLetter
from paravent.intake.v1.content_pb2 import FormerWords, ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted

NAMED = {"identite": "confidential", "given_name": "Zéphyrine", "family_name": "Quatrevingtdix"}


@pytest.fixture
def keys_of(pepper):
    def derive(words: list[str]) -> ReporterKeys:
        return receipts.derive(Receipt.parse(" ".join(words)), pepper)

    return derive


@pytest.fixture
def replaced(browser):
    """Replace words; answers the new ones. The browser shows the page that says so."""

    def replace(words: list[str]) -> list[str]:
        browser.enter(words)
        browser.get("/suivi/cle")
        new = list(browser.words)
        assert send(browser, words).status_code == 200
        assert "Vos mots sont remplacés" in browser.page
        assert browser.words == new
        return new

    return replace


def send(browser, words: list[str], **changes: str):
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat"), "note": "oui", "recepisse": " ".join(words)}
    return browser.post("/suivi/cle", **{name: value for name, value in (form | changes).items() if value})


def says(browser) -> str:
    return re.sub(r"\s+", " ", unescape(browser.page).replace("\u00a0", " "))


@pytest.fixture
def sealed(database):
    """Every envelope that waits for a reporter."""

    def read() -> list[bytes]:
        tables = {"reports": "reporter_envelope", "notices": "envelope", "messages": "envelope"}
        with database.engine.connect() as connection:
            return [
                envelope
                for table, column in tables.items()
                for envelope in connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
            ]

    return read


@pytest.fixture
def frames(database, vault):
    """The prompt frames that wait: (verifier's letter, linker's letter, the record's key)."""

    def opened(record: bytes):
        layer = TransportLayer.FromString(age.open_fixed(vault.transport.secret, record))
        verifier = padding.unpad(age.open_fixed(vault.verifier.secret, layer.to_verifier))
        linker = padding.unpad(age.open_fixed(vault.linker.secret, layer.to_linker))
        inside = VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, layer.sealed_record))
        return VerifierLetter.FromString(verifier), LinkerLetter.FromString(linker), inside.reporter_key

    def read():
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT record FROM vault_queue WHERE prompt")).scalars().all()
        return [opened(record) for record in rows]

    return read


@pytest.fixture
def said(frames):
    """The statements for the verifier, each with the key, of those given, that signed it."""

    def read(*keys: bytes) -> list[tuple[statements.Statement, bytes]]:
        signed = [letter.statement for letter, _, _ in frames() if letter.HasField("statement")]
        return [(statements.read(one), next(key for key in keys if holds(one, key))) for one in signed]

    return read


def holds(signed, key: bytes) -> bool:
    try:
        statements.verify(signed, key)
    except BadStatement:
        return False
    return True


def opens(envelope: bytes, identity: str) -> bool:
    try:
        age.open(identity, envelope)
    except CannotOpen:
        return False
    return True


def heard(told, casework) -> list[ReporterMessage]:
    """What casework is told by the reporter, held like everything else of theirs."""
    events = told(ReporterSpoke)
    assert all(held for _, held in events)
    opened = [padding.unpad(age.open(casework.month.secret, event.envelope)) for event, _ in events]
    return [ReporterMessage.FromString(message) for message in opened]


def test_the_new_words_open_everything_and_the_former_ones_nothing(browser, filed, replaced, notify, sealed, keys_of):
    notify(status=StatusChange(status="in_charge"))
    notify(message=HandlerMessage(author="La référente", text="Je vous ai lu·e."))
    browser.enter(filed)
    browser.post("/suivi/message", jeton=browser.field("jeton"), numero=browser.field("numero"), message="Merci.")
    new = replaced(filed)
    assert new != filed
    assert len(new) == 8
    browser.enter(new)
    for part in ("Mon chef me rabaisse", "Je vous ai lu·e.", "Merci.", "Pris en charge", "Ils ont été remplacés le 24"):
        assert part in says(browser)
    envelopes = sealed()
    assert len(envelopes) == 4
    assert all(opens(envelope, keys_of(new).identity) for envelope in envelopes)
    assert not any(opens(envelope, keys_of(filed).identity) for envelope in envelopes)
    assert browser.post("/suivi", recepisse=" ".join(filed)).status_code == 200
    assert "set-cookie" not in browser.client.get("/suivi").headers
    assert "Ces mots ont été remplacés" in browser.page
    assert "Mon chef me rabaisse" not in browser.page


def test_what_was_on_its_way_to_the_former_words_still_opens(browser, filed, replaced, notify, uow, keys_of, database):
    new = replaced(filed)
    notify(message=HandlerMessage(author="La référente", text="Partie avant que je le sache."))
    written = ReporterMessage(text="Écrit à cet instant même.")
    written.written_at.FromJsonString("2026-11-24T09:17:42Z")
    own = age.seal(keys_of(filed).recipient, padding.pad_to_bucket(written.SerializeToString()))
    with uow("write") as tx:
        report = tx.reports.find(keys_of(new).lookup_id)
        tx.messages.add(report.report_id, secrets.token_bytes(16), own)
    browser.enter(new)
    assert "Partie avant que je le sache." in browser.page
    assert "Écrit à cet instant même." in browser.page
    newer = replaced(new)
    browser.enter(newer)
    assert "Partie avant que je le sache." in browser.page
    notify(message=HandlerMessage(author="La référente", text="En retard de deux fois."))
    browser.get("/suivi/espace")
    assert "En retard de deux fois." in browser.page


def test_casework_and_the_vault_are_told_once_and_the_old_key_signs(
    browser, filed, replaced, said, told, casework, keys_of
):
    content = casework.open(told(ReportSubmitted)[0][0].envelope)
    new = keys_of(replaced(filed))
    [(statement, signer)] = said(keys_of(filed).verify_key)
    assert signer == keys_of(filed).verify_key
    assert (statement.kind, statement.ref) == (statements.KEY_REPLACED, content.ref)
    assert statement.values == {"key": new.verify_key}
    [message] = heard(told, casework)
    assert (message.recipient.recipient, message.recipient.proof) == (new.recipient, content.ref)


def test_no_table_holds_words_keys_or_the_minute(browser, filed, replaced, keys_of, everything, clock):
    new = replaced(filed)
    dump = everything()
    for words in (filed, new):
        keys = keys_of(words)
        for secret in (keys.signing_seed, keys.verify_key):
            assert secret.hex().encode() not in dump
        assert keys.identity.encode() not in dump
        assert not [word for word in words if f"{word} ".encode() in dump and len(word) > 6]
    assert clock.now().strftime("%H:%M").encode() not in dump


def test_a_page_sent_twice_shows_the_same_words_and_changes_nothing_more(browser, filed, told, database):
    browser.enter(filed)
    browser.get("/suivi/cle")
    page, new = browser.page, list(browser.words)
    for _ in range(2):
        browser.page = page
        assert send(browser, filed).status_code == 200
        assert browser.words == new
    assert len(told(ReporterSpoke)) == 1
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM former_words")).scalar() == 1


def test_a_space_that_is_open_elsewhere_with_the_former_words_closes(browser, filed, replaced):
    browser.enter(filed)
    elsewhere = dict(browser.client.cookies)
    page = browser.page
    replaced(filed)
    browser.client.cookies.update(elsewhere)
    browser.get("/suivi/espace")
    assert "s’est refermé" in browser.page
    browser.page = page
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "message": "Encore moi"}
    browser.post("/suivi/message", **form)
    assert "Encore moi" not in browser.page or "n’est pas parti" in browser.page
    browser.get("/suivi/cle")
    assert "s’est refermé" in browser.page


def test_of_two_pages_the_first_that_is_sent_wins(browser, filed, keys_of, uow):
    browser.enter(filed)
    browser.get("/suivi/cle")
    first, words = browser.page, list(browser.words)
    cookies = dict(browser.client.cookies)
    browser.get("/suivi/cle")
    second, others = browser.page, list(browser.words)
    browser.page = first
    send(browser, filed)
    browser.client.cookies.update(cookies)
    browser.page = second
    assert send(browser, filed).status_code == 403
    assert "Vos mots n’ont pas été remplacés" in browser.page
    with uow("look") as tx:
        assert tx.reports.find(keys_of(words).lookup_id)
        assert not tx.reports.find(keys_of(others).lookup_id)


@pytest.mark.parametrize(
    ("changes", "told_so"),
    [
        ({"recepisse": "trois mots seulement"}, "vous en avez écrit 3"),
        ({"recepisse": "new"}, "Ce sont les nouveaux mots"),
        ({"recepisse": "other"}, "ne sont pas ceux de ce signalement"),
        ({"note": ""}, "Notez d’abord les nouveaux mots"),
        ({"etat": "abîmé"}, "Cette page était trop ancienne"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_changes(browser, filed, told, changes, told_so, keys_of, uow):
    browser.enter(filed)
    browser.get("/suivi/cle")
    shown = list(browser.words)
    typed = {"new": " ".join(shown), "other": " ".join([*filed[1:], filed[0]])}
    changes = {name: typed.get(value, value) for name, value in changes.items()}
    assert send(browser, filed, **changes).status_code == 422
    assert told_so in says(browser)
    assert " ".join(filed) not in browser.page
    assert (browser.words == shown) == ("etat" not in changes)
    assert told(ReporterSpoke) == []
    with uow("look") as tx:
        assert tx.reports.find(keys_of(filed).lookup_id)
    assert send(browser, filed).status_code == 200  # what the page shows now can be sent


def test_words_of_another_report_or_page_are_not_taken(browser, filed):
    browser.enter(filed)
    browser.get("/suivi/cle")
    state = browser.field("etat")
    browser.fill()
    browser.send()
    browser.enter(other := list(browser.words))
    browser.get("/suivi/cle")
    assert send(browser, other, etat=state).status_code == 422
    assert "trop ancienne" in browser.page
    assert send(browser, other, jeton="0" * 64).status_code == 403


def test_without_keys_nothing_changes(browser, filed, uow, keys_of, clock):
    clock.advance(timedelta(days=3))  # identity-vault's keys are of two days
    browser.enter(filed)
    browser.get("/suivi/cle")
    assert send(browser, filed).status_code == 503
    assert "ne peut pas le faire en ce moment" in browser.page
    with uow("look") as tx:
        assert tx.reports.find(keys_of(filed).lookup_id)


def test_a_visit_that_is_over_replaces_nothing(browser, filed, clock, told):
    browser.enter(filed)
    browser.get("/suivi/cle")
    clock.advance(timedelta(minutes=16))
    assert send(browser, filed).status_code == 403
    assert "Vos mots n’ont pas été remplacés" in browser.page
    assert told(ReporterSpoke) == []


def test_until_the_vault_says_which_key_signs_both_do(browser, filed, replaced, said, keys_of):
    new = replaced(filed)
    browser.enter(new)
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton"), "given_name": "Zoé", "family_name": "Lambda", "recepisse": " ".join(new)}
    assert browser.post("/suivi/nom", **form).status_code == 303
    keys = [keys_of(filed).verify_key, keys_of(new).verify_key]
    added = [(statement, key) for statement, key in said(*keys) if statement.kind == statements.NAME_ADDED]
    assert {statement.id for statement, _ in added} == {added[0][0].id}
    assert sorted(key for _, key in added) == sorted(keys)


def test_a_name_given_then_stands_in_one_record_of_the_first_key(browser, filed, replaced, frames, keys_of):
    new = replaced(filed)
    browser.enter(new)
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton"), "given_name": "Zoé", "family_name": "Lambda", "recepisse": " ".join(new)}
    browser.post("/suivi/nom", **form)
    records = [key for _, _, key in frames() if key == keys_of(filed).verify_key]
    assert len(records) == 1  # the other frames hold a cover's record


def test_an_address_is_signed_with_the_key_that_the_linker_knows(browser, filed, replaced, frames, keys_of):
    new = replaced(filed)
    browser.enter(new)
    browser.get("/suivi/adresse")
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "adresse": "x@exemple.org"}
    assert browser.post("/suivi/adresse", **form, recepisse=" ".join(new)).status_code == 303
    [linked] = [letter.statement for _, letter, _ in frames() if letter.HasField("statement")]
    assert statements.verify(linked, keys_of(filed).verify_key).kind == statements.CONTACT


def test_words_replaced_again_before_the_vault_took_the_first_announce_no_second_key(
    browser, filed, replaced, said, told, casework, keys_of
):
    first = replaced(filed)
    second = replaced(first)
    assert [statement.kind for statement, _ in said(keys_of(filed).verify_key)] == [statements.KEY_REPLACED]
    assert heard(told, casework)[-1].recipient.recipient in (keys_of(first).recipient, keys_of(second).recipient)
    browser.post("/suivi", recepisse=" ".join(first))
    assert "Ces mots ont été remplacés" in browser.page
    browser.enter(second)
    assert "Mon chef me rabaisse" in browser.page


@pytest.mark.parametrize(
    ("announced", "states", "signing"),
    [
        ((b"1",), {}, (0, 1)),
        ((b"1",), {b"1": "pending"}, (0, 1)),
        ((b"1",), {b"1": "effective"}, (1,)),
        ((b"1",), {b"1": "withdrawn"}, (0,)),
        ((b"1", b""), {b"1": "pending"}, (0, 1)),
        ((b"1", b""), {b"1": "effective"}, (1,)),
        ((b"1", b"", b"3"), {b"1": "effective", b"3": "pending"}, (1, 3)),
        ((b"1", b"2"), {b"1": "withdrawn", b"2": "effective"}, (2,)),
        ((b"1", b"2"), {b"1": "effective", b"2": "withdrawn"}, (1,)),
    ],
)
def test_who_signs_after_words_were_replaced(announced, states, signing):
    seeds = [bytes([place]) * 32 for place in range(len(announced) + 1)]
    former = [
        FormerWords(signing_seed=seed, statement_id=statement)
        for seed, statement in zip(seeds, announced, strict=False)
    ]
    assert candidates(former, seeds[-1], states) == [seeds[place] for place in signing]


def objecting(browser, words: list[str]):
    return browser.post("/suivi/cle/contester", recepisse=" ".join(words))


def test_the_former_words_object_and_nothing_more_can_be_shown(
    browser, replaced, notify, said, told, casework, keys_of, filed
):
    browser.get("/suivi")
    thief = replaced(filed)
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "Vous pouvez contester jusqu’au 25 novembre 2026 à 10 h 17" in says(browser)
    assert objecting(browser, filed).status_code == 200
    assert "Votre contestation est enregistrée" in browser.page
    assert "CdG du Pas-de-Calais : 03 00 00 00 62" in browser.page
    key = keys_of(filed).verify_key
    said_so = {statement.kind: statement for statement, _ in said(key)}
    assert said_so[statements.WITHDRAWAL].values == {"consent": said_so[statements.KEY_REPLACED].id}
    [text_told] = [message.text for message in heard(told, casework) if message.HasField("text")]
    assert "affirme qu’elle n’a rien remplacé" in text_told
    browser.enter(thief)
    assert "Le remplacement de vos mots est contesté" in browser.page
    browser.get("/suivi/nom")
    form = {"jeton": browser.field("jeton"), "given_name": "Un", "family_name": "Autre", "recepisse": " ".join(thief)}
    browser.post("/suivi/nom", **form)
    assert "est contesté : par prudence, plus aucun nom" in says(browser)
    assert statements.NAME_ADDED not in {statement.kind for statement, _ in said(key)}


def test_an_objection_is_heard_once(browser, filed, replaced, told, casework, said, keys_of):
    replaced(filed)
    for _ in range(2):
        assert objecting(browser, filed).status_code == 200
    assert [message.HasField("text") for message in heard(told, casework)].count(True) == 1
    kinds = [statement.kind for statement, _ in said(keys_of(filed).verify_key)]
    assert kinds.count(statements.WITHDRAWAL) == 1
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "déjà contesté" in browser.page


def test_after_the_delay_the_new_words_stand(browser, filed, replaced, clock, told):
    replaced(filed)
    clock.advance(timedelta(hours=24))
    browser.post("/suivi", recepisse=" ".join(filed))
    assert "Il n’est plus possible de contester ici" in says(browser)
    objecting(browser, filed)
    assert "Il n’est plus possible de contester ici" in says(browser)
    assert len(told(ReporterSpoke)) == 1


@pytest.mark.parametrize("words", ["trois mots seulement", "the words of no report"])
def test_words_that_nothing_replaced_object_to_nothing(browser, filed, told, words):
    assert objecting(browser, words.split()).status_code == 422
    assert objecting(browser, filed).status_code == 422
    assert "Rien n’a été contesté" in browser.page
    assert told(ReporterSpoke) == []


def ask(notify, **changes) -> None:
    asked = {"issuer": "https://qui.test", "subject": "r-1", "name": "Mme Lanoy", "body": "CdG 62", "fields": ["name"]}
    asked |= {"purpose": "meeting", "case_label": "Merle-42", "until": "2026-12-20", "regime": "avdhas"}
    notify(identity_request=IdentityRequest(request_id=secrets.token_bytes(16), **asked))


class TestWithAName:
    """A reporter whose name is sealed, and asked for."""

    @pytest.fixture
    def filed(self, browser):
        browser.fill()
        browser.send(**NAMED)
        return list(browser.words)

    def answer(self, browser, words: list[str], what: str, field: str = "recepisse"):
        found = re.search(r'href="(/suivi/demande/[0-9a-f]+)"', browser.page)
        assert found
        browser.get(found[1])
        lu = {"lu": browser.field("lu")} if 'name="lu"' in browser.page else {}
        return browser.post(f"{found[1]}/{what}", jeton=browser.field("jeton"), **lu, **{field: " ".join(words)})

    def test_an_agreement_of_before_is_taken_back_with_the_new_words_at_once(
        self, browser, filed, replaced, notify, said, keys_of
    ):
        ask(notify)
        browser.enter(filed)
        assert self.answer(browser, filed, "accepter").status_code == 303
        new = replaced(filed)
        browser.enter(new)
        assert self.answer(browser, new, "reprendre", "retrait").status_code == 303
        keys = [keys_of(filed).verify_key, keys_of(new).verify_key]
        taken_back = [(one, key) for one, key in said(*keys) if one.kind == statements.WITHDRAWAL]
        [agreement] = [one for one, _ in said(*keys) if one.kind == statements.CONSENT]
        assert {one.values["consent"] for one, _ in taken_back} == {agreement.id}
        assert {key for _, key in taken_back} == set(keys)

    def test_once_contested_agreements_are_taken_back_and_none_is_given(
        self, browser, filed, replaced, notify, said, keys_of
    ):
        ask(notify)
        browser.enter(filed)
        self.answer(browser, filed, "accepter")
        new = replaced(filed)
        objecting(browser, filed)
        browser.enter(new)
        self.answer(browser, new, "avancer", "avance")
        assert "est contesté : par prudence" in says(browser)
        browser.get("/suivi/espace")
        assert self.answer(browser, new, "reprendre", "retrait").status_code == 303
        ask(notify)
        browser.get("/suivi/espace")
        self.answer(browser, new, "accepter")
        assert "est contesté : par prudence" in says(browser)
        keys = [keys_of(filed).verify_key, keys_of(new).verify_key]
        kinds = [one.kind for one, _ in said(*keys)]
        assert kinds.count(statements.CONSENT) == 1
        assert statements.HASTENING not in kinds
