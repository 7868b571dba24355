"""Sealed cookies: neither read nor altered by who carries them."""

import pytest
from fastapi import Response

from chassis.web import SealedCookie
from chassis.web import cookies as module

KEY = "0a" * 32


def carried(cookie: SealedCookie, values: dict) -> str:
    response = Response()
    cookie.set(response, values)
    return response.headers["set-cookie"].split(";")[0].split("=", 1)[1]


@pytest.fixture
def cookie() -> SealedCookie:
    return SealedCookie("suivi", KEY, 900)


def test_what_was_sealed_comes_back(cookie):
    assert cookie.unseal(carried(cookie, {"clé": "valeur"})).values == {"clé": "valeur"}


def test_a_secure_cookie_is_bound_to_its_host_and_out_of_reach_of_scripts(cookie):
    response = Response()
    cookie.set(response, {})
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-suivi=")
    assert "; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure" in header


def test_an_altered_cookie_is_no_cookie(cookie):
    text = carried(cookie, {"a": 1})
    for place in range(0, len(text) - 1, 7):
        other = "A" if text[place] != "A" else "B"
        assert cookie.unseal(text[:place] + other + text[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", "=" * 50, "A" * 5000])
def test_nonsense_is_no_cookie(cookie, text):
    assert cookie.unseal(text) is None


def test_a_cookie_does_not_pass_for_another(cookie):
    assert SealedCookie("session", KEY, 900).unseal(carried(cookie, {})) is None
    assert SealedCookie("suivi", "0b" * 32, 900).unseal(carried(cookie, {})) is None


def test_a_cookie_kept_longer_than_agreed_is_no_cookie(cookie, monkeypatch):
    text = carried(cookie, {})
    then = module.time.time() + 901
    monkeypatch.setattr(module.time, "time", lambda: then)
    assert cookie.unseal(text) is None


def test_the_values_cannot_be_read_in_the_cookie(cookie):
    import base64

    text = carried(cookie, {"courriel": "ada@example.fr"})
    assert b"ada" not in base64.urlsafe_b64decode(text + "==")


def test_a_session_gets_a_new_id_unless_carried_on(cookie):
    first = cookie.unseal(cookie.seal({}))
    assert cookie.unseal(cookie.seal({})).id != first.id
    assert cookie.unseal(cookie.seal({}, session_id=first.id)).id == first.id


def test_a_cookie_too_long_for_browsers_is_refused(cookie):
    with pytest.raises(ValueError, match="too long"):
        cookie.seal({"a": "x" * 4000})


def test_a_key_is_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        SealedCookie("a", "00" * 16, 1)
