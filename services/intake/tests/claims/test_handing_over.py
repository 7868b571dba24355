"""A witness has a code drawn for the person concerned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

PAGE = "/suivi/personne-concernee"


def test_a_witness_is_told_what_a_code_does_before_having_one_drawn(browser, holder, witness, rows):
    browser.enter(witness)
    assert 'href="/suivi/personne-concernee"' in browser.page
    browser.get(PAGE)
    assert "Elle saura que vous avez signalé" in holder.sees
    assert "Jamais par la messagerie" in holder.sees
    assert rows("claims") == 0


def test_a_code_is_shown_once_and_stands_nowhere(browser, holder, code, rows, everything):
    assert len(code) == 8
    assert "jusqu’au 23 janvier 2027" in holder.sees
    assert rows("claims") == 1
    dump = everything()
    assert " ".join(code).encode() not in dump
    for secret in ("rabaisse", "Boulogne-sur-Mer 62 x"):
        assert secret.encode() not in dump
    browser.get(PAGE)
    assert code[0] not in holder.sees.split()
    assert "Vous avez déjà fait tirer un code" in holder.sees
    assert browser.get(f"{PAGE}/code").status_code == 303


def test_the_same_page_sent_again_shows_the_same_code_and_draws_nothing(browser, holder, witness, rows):
    browser.enter(witness)
    browser.get(PAGE)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat")}
    browser.post(f"{PAGE}/code", **form)
    first = list(browser.words)
    browser.post(f"{PAGE}/code", **form)
    assert browser.words == first
    assert "le même code" in holder.sees
    assert (rows("claims"), rows("messages")) == (1, 1)


def test_a_new_code_makes_the_old_one_useless(browser, holder, witness, hand_over, rows):
    old, new = hand_over(witness), hand_over(witness)
    assert old != new
    assert rows("claims") == 1
    assert holder.open(old).status_code == 422
    assert holder.open(new).status_code == 200


def test_a_replaced_code_s_page_sent_again_says_that_it_counts_no_more(browser, holder, witness, hand_over, rows):
    browser.enter(witness)
    browser.get(PAGE)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat")}
    browser.post(f"{PAGE}/code", **form)
    hand_over(witness)
    browser.enter(witness)
    form["jeton"] = browser.field("jeton")
    assert browser.post(f"{PAGE}/code", **form).status_code == 422
    assert "ne compte plus" in holder.sees
    assert browser.words == []
    assert (rows("claims"), rows("messages")) == (1, 2)


def test_two_draws_at_once_leave_one_offer(browser, witness, rows):
    browser.enter(witness)
    forms = []
    for _ in range(4):
        browser.get(PAGE)
        forms.append({"jeton": browser.field("jeton"), "etat": browser.field("etat")})
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda form: browser.client.post(f"{PAGE}/code", data=form).status_code, forms))
    assert sent == [200] * 4
    assert (rows("claims"), rows("messages")) == (1, 4)


def test_only_a_witness_may_hand_over(browser, holder, witness, hand_over, rows):
    victim = holder.answer(hand_over(witness))
    browser.fill()
    browser.send()
    for words in (list(browser.words), victim):
        browser.enter(words)
        assert "/suivi/personne-concernee" not in browser.page
        token = browser.field("jeton")
        assert browser.get(PAGE).status_code == 404
        forged = {"jeton": token, "etat": "x"}
        assert browser.post(f"{PAGE}/code", **forged).status_code in (404, 422)
    assert rows("claims") == 0


def test_a_code_drawn_with_the_page_of_another_space_is_refused(browser, witness, rows):
    browser.enter(witness)
    browser.get(PAGE)
    state = browser.field("etat")
    browser.fill({"quality": ("witness",)})
    browser.send()
    browser.enter(list(browser.words))
    assert browser.post(f"{PAGE}/code", jeton=browser.field("jeton"), etat=state).status_code == 422
    assert rows("claims") == 0


def test_drawing_takes_an_open_space_and_its_token(browser, holder, witness, clock, rows):
    assert "s’est refermé" in browser.get(PAGE).text
    browser.enter(witness)
    browser.get(PAGE)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat")}
    assert browser.post(f"{PAGE}/code", **form | {"jeton": "0" * 64}).status_code == 403
    clock.advance(timedelta(minutes=16))
    assert browser.post(f"{PAGE}/code", **form).status_code == 403
    assert "Le code n’a pas été tiré" in holder.sees
    assert rows("claims") == 0


def test_a_draw_that_fails_leaves_no_note_and_the_old_code_counts(browser, holder, witness, code, forbidden, rows):
    browser.enter(witness)
    browser.get(PAGE)
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat")}
    with forbidden("claims"):
        assert browser.post(f"{PAGE}/code", **form).status_code == 500
    assert rows("messages") == 1
    assert holder.open(code).status_code == 200
    browser.post(f"{PAGE}/code", **form)
    assert len(browser.words) == 8
    assert holder.open(code).status_code == 422
