"""Signing in at a real OpenID provider, and every way in which it must not work."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx
import pytest
from fastapi import Depends, Request
from oidc_provider_mock import User, run_server_in_thread

from chassis.settings import SettingsError
from chassis.web import Person, SealedCookie, SignIn, create_app, page, signed_in
from chassis.web import people as module
from tests.support.clients import client as http_client

ADA = {"name": "Ada Lovelace", "email": "ada@cdg62.example", "email_verified": True}
FIELD = re.compile(r'name="_csrf" value="([0-9a-f]+)"')


@pytest.fixture(scope="module")
def provider():
    with run_server_in_thread(require_nonce=True, user_claims=[User(sub="ada", claims=ADA)]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def oidc(settings, provider):
    return settings.model_copy(
        update={"oidc_issuer": provider, "oidc_client_id": "casework", "oidc_client_secret": settings.session_key}
    )


@pytest.fixture
def client(oidc, serving, templates):
    app = create_app("essai", templates, oidc, title="Essai")
    signing_in = SignIn(oidc)
    app.include_router(signing_in.router)

    @app.get("/jeton")
    def token(request: Request):
        found = signing_in.id_token(request)
        return {"jeton": found.text, "age": found.age, "montre": repr(found)} if found else {}

    @app.get("/dossiers/{number}")
    def case(number: int, request: Request, person: Person = Depends(signed_in)):
        return page(request, "small.html")

    @app.get("/moi")
    def me(person: Person = Depends(signed_in)):
        return {"issuer": person.issuer, "sub": person.subject, "email": person.email, "ok": person.email_verified}

    return serving(app)


def approve(url: str, subject: str = "ada") -> str:
    """Sign in at the provider as a person would; answers the address that the browser is sent back to."""
    with http_client() as provider:
        answer = provider.post(url, data={"sub": subject})
    assert answer.status_code == 302, answer.text[:200]
    return answer.headers["location"]


def altered(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(query)))


def sign_in(client: httpx.Client) -> httpx.Response:
    return client.get(approve(client.get("/connexion").headers["location"]))


def test_a_reader_is_led_to_the_provider_and_back_to_the_page(client, provider):
    led = client.get("/dossiers/7")
    assert (led.status_code, led.headers["location"]) == (303, "/connexion?suite=/dossiers/7")
    to_provider = client.get(led.headers["location"]).headers["location"]
    assert to_provider.startswith(f"{provider}/oauth2/authorize")
    back = client.get(approve(to_provider))
    assert (back.status_code, back.headers["location"]) == (303, "/dossiers/7")
    shown = client.get("/dossiers/7").text
    assert "Ada Lovelace" in shown
    assert "Se déconnecter" in shown
    assert "Quitter vite" not in shown


def test_the_person_is_who_the_provider_vouches_for(client, provider):
    sign_in(client)
    assert client.get("/moi").json() == {"issuer": provider, "sub": "ada", "email": "ada@cdg62.example", "ok": True}


def test_the_request_to_the_provider_has_pkce_state_and_nonce(client, settings):
    asked = parse_qs(urlsplit(client.get("/connexion").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert asked["redirect_uri"] == [f"{settings.public_url}/connexion/retour"]


@pytest.mark.parametrize(
    "suite",
    ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)", "", "/a\nb"],
)
def test_the_way_back_never_leads_to_another_site(client, suite):
    led = client.get("/connexion", params={"suite": suite})
    assert client.get(approve(led.headers["location"])).headers["location"] == "/"


def test_a_wrong_state_is_refused(client):
    back = approve(client.get("/connexion").headers["location"])
    refused = client.get(altered(back, state="x" * 32))
    assert refused.status_code == 400
    assert "La connexion n’a pas abouti" in refused.text
    assert client.get("/moi").status_code == 303


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(client):
    back = approve(client.get("/connexion").headers["location"])
    client.cookies.clear()
    assert client.get(back).status_code == 400
    assert client.get("/moi").status_code == 303


def test_an_id_token_with_another_nonce_is_refused(client):
    url = altered(client.get("/connexion").headers["location"], nonce="un-autre-nonce")
    assert client.get(approve(url)).status_code == 400


def test_a_code_for_another_client_is_refused(client):
    url = altered(client.get("/connexion").headers["location"], client_id="billing")
    assert client.get(approve(url)).status_code == 400


def test_a_code_is_worth_nothing_twice(client):
    back = approve(client.get("/connexion").headers["location"])
    kept = dict(client.cookies)
    assert client.get(back).status_code == 303
    client.cookies.update(kept)
    assert client.get(back).status_code == 400


def test_a_refusal_at_the_provider_is_told_without_repeating_it(client):
    url = client.get("/connexion").headers["location"]
    with http_client() as provider:
        back = provider.post(url, data={"action": "deny"}).headers["location"]
    refused = client.get(altered(back, error_description="Zébulon"))
    assert refused.status_code == 400
    assert "Zébulon" not in refused.text


def test_each_sign_in_opens_a_new_session(client, oidc):
    cookie = SealedCookie("essai-session", oidc.session_key.get_secret_value(), 60, secure=False)
    sign_in(client)
    first = client.cookies["essai-session"]
    sign_in(client)
    assert cookie.unseal(client.cookies["essai-session"]).id != cookie.unseal(first).id


def test_signing_out_closes_the_session_even_for_a_copied_cookie(client, provider, settings):
    sign_in(client)
    copied = client.cookies["essai-session"]
    token = FIELD.search(client.get("/dossiers/1").text)[1]
    out = client.post("/deconnexion", data={"_csrf": token})
    assert out.status_code == 303
    assert out.headers["location"].startswith(f"{provider}/oauth2/end_session?")
    query = parse_qs(urlsplit(out.headers["location"]).query)
    assert query["post_logout_redirect_uri"] == [f"{settings.public_url}/deconnexion/faite"]
    assert query["id_token_hint"][0].count(".") == 2
    assert "essai-session" not in client.cookies
    client.cookies.set("essai-session", copied)
    assert client.get("/moi").status_code == 303
    assert "Votre session est fermée" in client.get("/deconnexion/faite").text


def test_another_site_cannot_sign_anybody_out(client):
    sign_in(client)
    assert client.post("/deconnexion", data={}).status_code == 403
    assert client.get("/moi").status_code == 200


def test_each_page_says_until_when_the_session_stays_open(client):
    sign_in(client)
    assert re.search(r"votre session se ferme à \d\d? h \d\d\.", client.get("/dossiers/1").text)


def test_half_an_hour_without_a_click_closes_the_session(client, monkeypatch):
    sign_in(client)
    later(monkeypatch, module.IDLE + 1)
    assert client.get("/moi").status_code == 303


def test_clicks_keep_a_session_open_for_eight_hours_and_no_longer(client, monkeypatch):
    sign_in(client)
    began = module.time.time()
    for minutes in range(20, 8 * 60, 20):
        later(monkeypatch, minutes * 60, began)
        assert client.get("/moi").status_code == 200, minutes
    later(monkeypatch, module.LIFETIME + 1, began)
    assert client.get("/moi").status_code == 303


def later(monkeypatch, seconds: float, began: float | None = None) -> None:
    then = (began or module.time.time()) + seconds
    clock = type("Clock", (), {"time": staticmethod(lambda: then), "monotonic": module.time.monotonic})
    monkeypatch.setattr(module, "time", clock)


def test_a_provider_that_is_away_is_told_as_such(settings, serving, templates):
    away = settings.model_copy(
        update={
            "oidc_issuer": "http://127.0.0.1:9",
            "oidc_client_id": "casework",
            "oidc_client_secret": settings.session_key,
        }
    )
    app = create_app("essai", templates, away, title="Essai")
    app.include_router(SignIn(away).router)
    answer = serving(app).get("/connexion")
    assert answer.status_code == 503
    assert "momentanément indisponible" in answer.text


def test_settings_that_say_too_little_stop_the_process_at_its_start(settings):
    with pytest.raises(SettingsError, match="oidc_issuer, oidc_client_id, oidc_client_secret"):
        SignIn(settings)


def test_a_page_gets_the_id_token_of_whoever_is_signed_in_and_of_nobody_else(client):
    assert client.get("/jeton").json() == {}
    sign_in(client)
    kept = client.get("/jeton").json()
    assert kept["jeton"].count(".") == 2
    assert 0 <= kept["age"] < 60
    assert kept["jeton"] not in kept["montre"]
    del client.cookies["essai-session"]
    assert client.get("/jeton").json() == {}


def test_a_token_too_long_for_a_cookie_leaves_none_of_the_person_before(client, monkeypatch):
    sign_in(client)
    monkeypatch.setattr("chassis.web.cookies.LONGEST", 700)
    sign_in(client)
    assert client.get("/moi").json()["sub"] == "ada"
    assert client.get("/jeton").json() == {}
