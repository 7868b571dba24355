"""Forms come from our own pages."""

import re

import pytest
from fastapi import Depends, Request, Response

from chassis.web import SealedCookie, bind_csrf, csrf_protect, page
from tests.support.browsing import follow

FIELD = re.compile(r'name="_csrf" value="([0-9a-f]+)"')


@pytest.fixture
def client(app, serving):
    cookie = SealedCookie("suivi", "0c" * 32, 900, secure=False)
    bind_csrf(app, cookie)

    @app.get("/entrer")
    def enter():
        response = Response()
        cookie.set(response, {"qui": "quelqu'un"})
        return response

    @app.get("/")
    def show(request: Request):
        return page(request, "small.html")

    @app.post("/", dependencies=[Depends(csrf_protect)])
    def accept():
        return {"fait": True}

    return serving(app)


@pytest.fixture
def token(client) -> str:
    client.get("/entrer")
    return FIELD.search(client.get("/").text)[1]


def test_a_form_with_its_sessions_token_is_accepted(client, token):
    assert client.post("/", data={"_csrf": token}).status_code == 200


@pytest.mark.parametrize("sent", [{"mot": "x"}, {"_csrf": ""}, {"_csrf": "0" * 64}, {"_csrf": "é"}])
def test_a_form_without_the_token_is_refused(client, token, sent):
    assert client.post("/", data=sent).status_code == 403


def test_a_token_of_another_session_is_refused(client, token):
    client.get("/entrer")
    assert client.post("/", data={"_csrf": token}).status_code == 403


def test_a_form_without_any_session_needs_no_token(client):
    assert not FIELD.search(client.get("/").text)
    assert client.post("/", data={"mot": "x"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://ailleurs.example"},
        {"sec-fetch-site": "cross-site", "origin": "null"},
    ],
)
def test_another_sites_form_is_refused_even_with_the_token(client, token, headers):
    assert client.post("/", data={"_csrf": token}, headers=headers).status_code == 403


def test_our_own_form_is_accepted_however_the_browser_says_so(client, token, settings):
    own = [{"origin": settings.public_url}, {"origin": "null"}, {"sec-fetch-site": "same-origin", "origin": "null"}]
    for headers in own:
        assert client.post("/", data={"_csrf": token}, headers=headers).status_code == 200


def test_a_real_browser_sends_our_form(client, chromium, settings):
    sheet = chromium.new_page()
    sheet.goto(f"{settings.public_url}/entrer")
    sheet.goto(settings.public_url)
    sheet.fill("#mot", "bonjour")
    follow(sheet, sheet.get_by_role("button", name="Envoyer"))
    assert "fait" in sheet.content()
    sheet.close()
