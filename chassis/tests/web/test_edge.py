"""What every answer carries, and what no answer ever shows."""

import json

import pytest
from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import OperationalError

from chassis.health import Health
from chassis.web import Form, create_app, page, read_form, signed_in
from chassis.web.edge import security_headers

MARKER = "Zébulon-Marqueur"


@pytest.fixture
def client(app, serving):
    @app.get("/page")
    def show(request: Request):
        return page(request, "small.html")

    @app.get("/nombre/{number}")
    def number(number: int, request: Request):
        return page(request, "small.html")

    @app.get("/obligatoire")
    def needed(request: Request, combien: int):
        return page(request, "small.html")

    @app.get("/refus/{status}")
    def refuse(status: int):
        raise HTTPException(status, detail=MARKER)

    @app.get("/chute")
    def fall():
        raise RuntimeError(MARKER)

    @app.get("/base")
    def no_database():
        raise OperationalError("select 1", {"texte": MARKER}, Exception(MARKER))

    @app.get("/a-moitie")
    def half():
        def parts():
            yield b"debut"
            raise RuntimeError(MARKER)

        return StreamingResponse(parts())

    @app.get("/a-garder")
    def keep():
        return Response("x", headers={"cache-control": "public, max-age=60"})

    @app.post("/formulaire")
    def form(form: Form = Depends(read_form)):
        return {"noms": sorted(form)}

    @app.post("/reserve")
    def reserved(person=Depends(signed_in)):
        return {}

    return serving(app)


@pytest.mark.parametrize("path", ["/page", "/rien", "/chute", "/sante/vivant", "/refus/403"])
def test_every_answer_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "paravent"
    assert "set-cookie" not in headers


def test_a_route_may_set_its_own_caching(client):
    assert client.get("/a-garder").headers["cache-control"] == "public, max-age=60"


def test_https_is_for_two_years_once_cookies_are_secure(settings):
    secure = settings.model_copy(update={"cookie_secure": True, "oidc_issuer": "https://id.example.fr/realm"})
    headers = security_headers(secure)
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert "form-action 'self' https://id.example.fr" in headers["content-security-policy"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 418, 422, 429, 500, 502, 503])
def test_a_refusal_is_a_french_page_that_says_what_to_do_and_never_the_detail(client, status):
    answer = client.get(f"/refus/{status}")
    assert answer.status_code == status
    assert '<html lang="fr">' in answer.text
    assert "Page d’accueil" in answer.text or "Se connecter" in answer.text
    assert MARKER not in answer.text


def test_a_wrong_method_says_which_ones_are_right(client):
    answer = client.post("/page")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert "Cette page ne s’ouvre pas ainsi" in answer.text


def test_an_address_that_does_not_read_does_not_exist(client):
    answer = client.get(f"/nombre/{MARKER}")
    assert answer.status_code == 404
    assert MARKER not in answer.text


def test_a_query_that_does_not_read_is_refused_without_being_repeated(client):
    answer = client.get("/obligatoire", params={"combien": MARKER})
    assert answer.status_code == 422
    assert MARKER not in answer.text


def test_an_exception_shows_its_message_neither_in_the_page_nor_in_the_logs(client, capsys, production_logs):
    answer = client.get("/chute")
    assert answer.status_code == 500
    assert "Elle vient de nous, pas de vous" in answer.text
    written = capsys.readouterr()
    assert MARKER not in answer.text + written.out + written.err
    line = json.loads(written.out.splitlines()[0])
    assert (line["event"], line["route"], line["error"]) == ("web.failed", "/chute", "RuntimeError")


def test_a_database_that_is_away_is_a_503_to_try_again(client, capsys):
    answer = client.get("/base")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert MARKER not in answer.text + capsys.readouterr().out


def test_an_answer_that_breaks_midway_closes_the_connection_and_tells_nothing(client, capsys, production_logs):
    with pytest.raises(Exception, match=r"peer closed|incomplete"):
        client.get("/a-moitie")
    written = capsys.readouterr()
    assert MARKER not in written.out + written.err


def test_a_form_has_limits(client):
    assert client.post("/formulaire", data={"a": "b"}).json() == {"noms": ["a"]}
    assert client.post("/formulaire", data={"a": "x" * 1_100_000}).status_code == 413
    assert client.post("/formulaire", content="&".join(f"c{n}=1" for n in range(1100))).status_code == 400
    assert client.post("/formulaire", json={"a": 1}).status_code == 400
    assert client.post("/formulaire", files={"a": b"x"}).status_code == 400


def test_static_files_are_kept_for_ever_under_a_name_with_their_hash(client):
    text = client.get("/page").text
    address = text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/static/paravent.css").status_code == 404
    assert client.get("/static/../../settings.py").status_code == 404


def test_health_says_yes_or_no_and_nothing_else(client):
    assert client.get("/sante/vivant").json() == {"vivant": True}
    assert client.get("/sante/pret").json() == {"pret": True}


def test_a_process_whose_check_fails_is_not_ready(settings, serving, tmp_path, capsys):
    health = Health()
    health.add("database", lambda: 1 / 0)
    answer = serving(create_app("essai", tmp_path, settings, title="Essai", health=health)).get("/sante/pret")
    assert answer.status_code == 503
    assert answer.json() == {"pret": False}


def test_a_form_sent_after_the_session_closed_is_told_so(client):
    answer = client.post("/reserve", data={})
    assert answer.status_code == 401
    assert "n’a pas été enregistré" in answer.text
