"""The reporter comes back with eight words: recap, status, messages both ways."""

from datetime import timedelta

from sqlalchemy import text

from chassis.sealing import age, padding
from intake.usecases.dialogue import apply_notice
from paravent.casework.v1.content_pb2 import HandlerMessage, MessagesRead, StatusChange
from paravent.casework.v1.events_pb2 import ReporterNotified
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke


def test_the_acknowledgement_and_its_recap_are_there_at_once(browser, filed):
    browser.enter(filed)
    assert "24 novembre 2026 à 10 h 17" in browser.page
    assert "Mon chef me rabaisse devant les autres" in browser.page
    assert "Harcèlement moral" in browser.page
    assert "Vous avez choisi de rester anonyme" in browser.page


def test_words_open_in_capitals_without_accents_and_with_any_separator(browser, filed):
    typed = "  ".join(filed).upper().replace("É", "E") + "."
    assert browser.post("/suivi", recepisse=typed.replace("  ", " - ")).status_code == 303


def test_a_wrong_receipt_says_what_to_check_and_shows_nothing_of_it(browser, filed):
    wrong = browser.post("/suivi", recepisse=" ".join([*filed[1:], filed[0]]))
    assert wrong.status_code == 422
    assert "Aucun signalement" in browser.page
    browser.post("/suivi", recepisse="zzzzz " + " ".join(filed[1:]))
    assert "mot n° 1" in browser.page
    assert "zzzzz" not in browser.page


def test_the_session_cookie_is_strict_and_ends_after_fifteen_minutes(browser, filed, clock):
    response = browser.post("/suivi", recepisse=" ".join(filed))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-suivi=")
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Max-Age=900", "Path=/"):
        assert attribute.lower() in cookie.lower()
    clock.advance(timedelta(minutes=16))
    browser.get("/suivi/espace")
    assert "s’est refermé" in browser.page


def test_a_stored_session_tells_nothing_without_its_cookie(browser, filed, everything, database):
    browser.enter(filed)
    with database.engine.connect() as connection:
        lookup_id = connection.execute(text("SELECT lookup_id FROM reports")).scalar_one()
        sealed = connection.execute(text("SELECT sealed FROM sessions")).scalar_one()
    assert lookup_id not in sealed
    assert lookup_id.hex().encode() not in sealed
    assert browser.client.cookies["__Host-suivi"][32:].encode() not in everything()


def test_closing_the_space_leaves_no_session(browser, filed, database):
    browser.enter(filed)
    assert browser.post("/suivi/quitter", jeton=browser.field("jeton")).status_code == 303
    browser.get("/suivi/espace")
    assert "s’est refermé" in browser.page
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 0


def test_a_message_reaches_casework_once_and_stays_readable_for_the_reporter(browser, filed, told, casework):
    browser.enter(filed)
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "message": "J’ai une question."}
    browser.post("/suivi/message", **form)
    browser.post("/suivi/message", **form)
    [(spoke, held)] = told(ReporterSpoke)
    message = ReporterMessage.FromString(padding.unpad(age.open(casework.month.secret, spoke.envelope)))
    assert message.text == "J’ai une question."
    assert held is True
    browser.get("/suivi/espace")
    assert browser.page.count("J’ai une question.") == 1
    assert "pas encore lu" in browser.page


def test_a_message_without_the_sessions_token_is_refused(browser, filed):
    browser.enter(filed)
    form = {"jeton": "0" * 64, "numero": browser.field("numero"), "message": "Bonjour"}
    assert browser.post("/suivi/message", **form).status_code == 403


def test_a_message_written_after_the_end_is_given_back(browser, filed, clock):
    browser.enter(filed)
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "message": "Une longue réponse"}
    clock.advance(timedelta(minutes=20))
    browser.post("/suivi/message", **form)
    assert "Une longue réponse" in browser.page
    assert "pas parti" in browser.page


def test_the_handlers_message_is_shown_and_its_reading_confirmed_once(browser, filed, notify, told, casework):
    event = notify(message=HandlerMessage(author="Référente du CdG", text="Je vous appelle demain."))
    browser.enter(filed)
    assert "Je vous appelle demain." in browser.page
    assert "Nouveau" in browser.page
    browser.get("/suivi/espace")
    assert "Nouveau" not in browser.page
    [(spoke, held)] = told(ReporterSpoke)
    message = ReporterMessage.FromString(padding.unpad(age.open(casework.month.secret, spoke.envelope)))
    assert list(message.read.notice_ids) == [event.notice_id]
    assert held is True


def test_the_status_and_the_handlers_reading_are_shown(browser, filed, notify, database):
    browser.enter(filed)
    form = {"jeton": browser.field("jeton"), "numero": browser.field("numero"), "message": "Bonjour"}
    browser.post("/suivi/message", **form)
    notify(status=StatusChange(status="in_charge"))
    notify(read=MessagesRead(message_ids=[bytes.fromhex(form["numero"])]))
    browser.get("/suivi/espace")
    assert "Pris en charge" in browser.page
    assert "pas encore lu" not in browser.page


def test_a_notice_that_casework_did_not_sign_is_not_shown(browser, filed, notify):
    notify(seed=bytes(32), message=HandlerMessage(text="Donnez votre nom ici"))
    browser.enter(filed)
    assert "Donnez votre nom ici" not in browser.page


def test_a_notice_for_another_ref_is_not_shown(browser, filed, notify):
    notify(ref=bytes(16), message=HandlerMessage(text="Pour un autre"))
    browser.enter(filed)
    assert "Pour un autre" not in browser.page


def test_the_same_notice_is_kept_once_and_one_for_a_report_that_is_gone_is_dropped(notify, uow, database):
    event = notify(message=HandlerMessage(text="Bonjour"))
    with uow("again") as tx:
        apply_notice(tx, event)
        apply_notice(tx, ReporterNotified(report_id=bytes(16), notice_id=bytes(16), envelope=b"x"))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 1


def test_many_wrong_receipts_never_keep_the_right_one_out(browser, filed):
    from intake.entrypoints.web.brake import Brake

    brake = Brake(free=2, pause=0.01)
    assert [brake.failed() for _ in range(4)] == [False, False, True, True]
    for _ in range(5):
        browser.post("/suivi", recepisse="un deux trois")
    assert browser.post("/suivi", recepisse=" ".join(filed)).status_code == 303
