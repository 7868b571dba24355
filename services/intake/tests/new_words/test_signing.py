"""Which keys sign once words were replaced: identity-vault lets the newest one sign after a day."""

import pytest

from chassis.sealing import statements
from intake.usecases.signing import candidates
from paravent.intake.v1.content_pb2 import FormerWords

from .conftest import heard


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
    readdressed = {message.recipient.recipient for message in heard(told, casework)}
    assert readdressed == {keys_of(first).recipient, keys_of(second).recipient}
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
