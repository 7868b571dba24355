"""A reporter files a report in a browser without JavaScript."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from chassis.db import Database
from chassis.sealing import age, receipts
from paravent.identity_vault.v1 import record_pb2
from paravent.intake.v1.events_pb2 import ReportSubmitted


def _rows(database, table):
    with database.engine.connect() as connection:
        return connection.execute(text(f"SELECT * FROM {table}")).mappings().all()


def _open_record(vault, database):
    [row] = _rows(database, "vault_queue")
    transport = record_pb2.TransportLayer.FromString(age.open_fixed(vault.transport.secret, row["record"]))
    verifier = record_pb2.VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, transport.sealed_record))
    discloser = record_pb2.DiscloserLayer.FromString(age.open_fixed(vault.discloser.secret, verifier.inner))
    return transport, verifier, discloser


def test_a_report_is_filed_and_casework_can_read_it(browser, database, casework):
    browser.fill()
    response = browser.send()
    assert response.status_code == 200
    assert len(browser.words) == 8
    [event] = _rows(database, "outbox")
    submitted = ReportSubmitted.FromString(event["payload"])
    content = casework.open(submitted.envelope)
    assert content.answers.what == "Mon chef me rabaisse devant les autres, chaque matin."
    assert (content.member_id, content.identity_choice, submitted.key_period) == ("m-boulogne", "anonymous", "2026-11")
    assert event["held"] is True
    assert event["traceparent"] is None


def test_a_declared_danger_leaves_at_once(browser, database):
    browser.fill({"danger": ("yes",)})
    browser.send()
    assert [row["held"] for row in _rows(database, "outbox")] == [False]


def test_no_cookie_is_set_before_and_at_the_submission(browser):
    browser.get("/")
    browser.post("/employeur", employeur="boulogne")
    browser.get("/m/boulogne-sur-mer-62")
    browser.fill()
    browser.send()
    assert not browser.client.cookies


def test_sending_twice_gives_the_same_receipt_and_one_report(browser, database):
    browser.fill()
    state = browser.state
    browser.send()
    first = browser.words
    browser.send(etat=state)
    assert browser.words == first
    assert [len(_rows(database, table)) for table in ("reports", "vault_queue", "outbox")] == [1, 1, 1]


def test_going_back_to_change_an_answer_keeps_the_receipt(browser):
    browser.fill()
    browser.turn("verification", "aller:ou")
    assert "Aux services techniques" in browser.page
    browser.turn("ou", where="Au stade")
    assert "Vérifiez vos réponses" in browser.page
    assert "Au stade" in browser.page


def test_ticking_discrimination_at_the_review_asks_for_its_criteria(browser):
    browser.fill()
    browser.turn("verification", "aller:actes")
    browser.turn("actes", acts=["HARCELEMENT_MORAL", "DISCRIMINATION"])
    assert "pèse le plus" in browser.page
    browser.turn("principal", main_act="DISCRIMINATION")
    assert "À quoi cette discrimination tient-elle" in browser.page


def test_a_missing_answer_is_asked_again_with_what_was_typed(browser):
    browser.begin()
    response = browser.turn("qualite")
    assert response.status_code == 422
    assert 'href="#quality"' in browser.page
    assert 'aria-describedby="quality-erreur"' in browser.page


def test_the_back_button_keeps_what_was_typed(browser):
    browser.begin()
    browser.turn("qualite", quality="witness")
    browser.turn("actes", "retour", acts="MENACE")
    browser.turn("qualite", quality="witness")
    assert re.search(r'value="MENACE" checked', browser.page)


def test_a_confidential_identity_is_in_the_sealed_record_and_nowhere_else(
    browser, database, vault, casework, everything
):
    browser.fill()
    browser.send(identite="confidential", given_name="Zéphyrine", family_name="Quatrevingtdix", email="zeph@exemple.fr")
    assert len(browser.words) == 8
    transport, verifier, discloser = _open_record(vault, database)
    assert discloser.identity.family_name == "Quatrevingtdix"
    [event] = _rows(database, "outbox")
    content = casework.open(ReportSubmitted.FromString(event["payload"]).envelope)
    assert discloser.ref == verifier.ref == content.ref
    assert transport.locator == receipts.locator(content.ref, 0)
    dump = everything()
    for secret in ("Quatrevingtdix", "zeph@exemple.fr", "Zéphyrine", "rabaisse", "Boulogne-sur-Mer 62 x"):
        assert secret.encode() not in dump
    assert b"Quatrevingtdix" not in content.SerializeToString()
    assert content.ref.hex().encode() not in dump
    assert verifier.reporter_key.hex().encode() not in dump


def test_the_identity_is_never_in_the_state_that_travels(browser, settings, clock):
    from intake.entrypoints.web.state import StateSealer

    browser.fill()
    browser.send(identite="confidential", given_name="Zéphyrine", family_name="")
    assert 'value="Zéphyrine"' in browser.page  # given back in the page it was typed in
    state = StateSealer(settings.state_key_bytes(), clock).open(browser.state)
    assert "Zéphyrine" not in str(vars(state) if hasattr(state, "__dict__") else [state.answers, state.files])


def test_anonymous_and_confidential_records_have_one_size(browser, database):
    browser.fill()
    browser.send()
    browser.fill()
    browser.send(identite="confidential", given_name="Anne", family_name="X" * 90, position="é" * 90)
    assert {len(row["record"]) for row in _rows(database, "vault_queue")} == {10_240}


def test_a_text_that_names_its_author_is_shown_before_anything_is_stored(browser, database, casework):
    browser.fill({"what": ("Il a dit : Durand, dehors ! Écrivez-moi : anne@exemple.fr ou 06 12 34 56 78.",)})
    identity = {"identite": "confidential", "given_name": "Anne", "family_name": "Durand"}
    response = browser.send(**identity)
    assert response.status_code == 422
    assert "<mark>Durand</mark>" in browser.page
    assert "<mark>anne@exemple.fr</mark>" in browser.page
    assert "<mark>06 12 34 56 78</mark>" in browser.page
    assert not _rows(database, "reports")
    kept = re.findall(r'name="masquer" value="(what:[^"]*)"', browser.page)
    browser.send(**identity, vu=browser.field("vu"), masquer=[kept[0]])
    [event] = _rows(database, "outbox")
    content = casework.open(ReportSubmitted.FromString(event["payload"]).envelope)
    assert content.answers.what == "Il a dit : [masqué], dehors ! Écrivez-moi : anne@exemple.fr ou 06 12 34 56 78."


def test_every_stored_time_is_a_day(database):
    kinds = (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type LIKE '%time%'"
    )
    with database.engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text(kinds))}
    # The relay's own hours are set in advance: they tell of no report.
    assert found <= {("relay_state", "released_at")}


def test_without_a_key_nothing_is_lost(browser, database, clock, settings):
    from datetime import timedelta

    browser.fill({"what": ("Un texte que je ne veux pas retaper",)})
    clock.advance(timedelta(hours=5))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE key_sets SET signed = 'x' WHERE issuer = 'casework'"))
    response = browser.send()
    assert response.status_code == 503
    assert "Rien n’est perdu" in browser.page
    assert "Un texte que je ne veux pas retaper" in browser.page


def test_a_page_left_open_too_long_says_so(browser, clock):
    from datetime import timedelta

    browser.fill()
    clock.advance(timedelta(hours=7))
    response = browser.send()
    assert response.status_code == 410
    assert "Rien n’a été envoyé" in browser.page


def test_a_state_that_was_altered_is_refused(browser):
    browser.fill()
    forged = browser.state[:-8] + "AAAAAAAA"
    assert browser.send(etat=forged).status_code == 410


def test_a_professional_address_is_refused_with_the_reason(browser):
    browser.fill()
    response = browser.send(
        identite="confidential", given_name="A", family_name="Durand", email="a.durand@ville-boulogne-sur-mer.fr"
    )
    assert response.status_code == 422
    assert "adresse professionnelle" in browser.page


def test_texts_that_do_not_fit_an_envelope_are_told_before_anything_is_stored(browser, database):
    browser.fill({"what": ("😀" * 19_000,)})
    response = browser.send()
    assert response.status_code == 422
    assert "trop long" in browser.page
    assert not _rows(database, "reports")


def test_a_long_text_is_filed_whole(browser, database, casework):
    text = "é" * 20_000
    browser.fill({"what": (text,)})
    browser.send()
    [event] = _rows(database, "outbox")
    assert casework.open(ReportSubmitted.FromString(event["payload"]).envelope).answers.what == text


def test_two_clicks_at_once_are_one_report(browser, database):
    from concurrent.futures import ThreadPoolExecutor

    browser.fill()
    form = {"etat": (None, browser.state), "identite": (None, "anonymous")}
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: browser.client.post("/signalement/envoi", files=form).text, range(4)))
    words = {tuple(re.findall(r"<li>([^<]+)</li>", page)[:8]) for page in sent}
    assert len(words) == 1
    assert [len(_rows(database, table)) for table in ("reports", "vault_queue", "outbox")] == [1, 1, 1]


def test_a_form_sent_by_another_site_is_refused(browser):
    browser.fill()
    form = {"etat": (None, browser.state), "identite": (None, "anonymous")}
    response = browser.client.post("/signalement/envoi", files=form, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403


def test_nothing_that_a_person_types_stands_in_an_address(browser):
    browser.get("/")
    assert browser.client.get("/signalement?etat=x").status_code == 303
    forms = re.findall(r"<form[^>]*>", browser.page)
    assert forms
    assert all('method="post"' in form for form in forms)


@pytest.fixture
def outage(browser, address, servers):
    """The database is away: the portal's role may not connect, and what it had is cut."""

    @contextmanager
    def away():
        root = Database(servers.postgres.url(address.name), name="outage", pool_size=1)
        name = f'"{address.name}"'
        with root.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT 0"))
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = 'intake-web'"
                )
            )
            try:
                yield
            finally:
                connection.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT -1"))
        root.close()

    return away


def test_while_the_database_is_away_the_form_goes_on_and_nothing_is_lost(browser, outage, database):
    browser.fill()
    state = browser.state
    with outage():
        response = browser.send()
        assert response.status_code == 503
        assert "Rien n’est perdu" in browser.page
        assert "Mon chef me rabaisse" in browser.page
        assert browser.post("/employeur", employeur="boulogne").status_code == 503
        assert "rechargez cette page" in browser.page
    browser.send(etat=state)
    assert len(browser.words) == 8
    assert len(_rows(database, "reports")) == 1
