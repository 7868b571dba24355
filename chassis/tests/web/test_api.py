"""An API beside pages: refusals are problems, errors say nothing, and who has it already is not sent it again."""

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import OperationalError

from chassis.web.api import Problem, create_api, tagged

SECRET = "ne-le-dites-pas"


@pytest.fixture
def api(app, serving) -> httpx.Client:
    api = create_api("Essai", "1", "Une API.", openapi_url="/openapi.json")
    _operations(api)
    app.mount("/v1", api)
    client: httpx.Client = serving(app)
    return client


def _operations(api: FastAPI) -> None:
    @api.get("/things/{number}")
    def thing(request: Request, number: int, limit: int = 1) -> Response:
        return tagged(request, f'{{"number":{number + limit}}}'.encode())

    @api.get("/gone")
    def gone() -> None:
        raise Problem(410, "C’est fini.", {"x-more": "1"})

    @api.get("/broken")
    def broken() -> None:
        raise RuntimeError(SECRET)

    @api.get("/away")
    def away() -> None:
        raise OperationalError(SECRET, {}, Exception(SECRET))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/gone", 410),
        ("/nowhere", 404),
        (f"/things/{SECRET}", 404),
        (f"/things/1?limit={SECRET}", 400),
        ("/broken", 500),
        ("/away", 503),
    ],
)
def test_every_refusal_is_a_problem_that_repeats_nothing(api, capsys, path, status):
    answer = api.get(f"/v1{path}")
    said = answer.json()
    assert (answer.status_code, said["status"], said["type"]) == (status, status, "about:blank")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert said["title"]
    assert SECRET not in answer.text + capsys.readouterr().out


def test_a_refusal_says_what_to_do(api):
    assert api.get("/v1/gone").headers["x-more"] == "1"
    assert api.get("/v1/things/1?limit=x").json()["detail"] == "Paramètres à corriger : limit."
    assert api.get("/v1/away").headers["retry-after"] == "60"
    assert api.post("/v1/gone").status_code == 405


def test_who_has_it_already_is_not_sent_it_again(api):
    etag = api.get("/v1/things/1").headers["etag"]
    assert api.get("/v1/things/1", headers={"if-none-match": f'"x", W/{etag}'}).status_code == 304
    assert api.get("/v1/things/2", headers={"if-none-match": etag}).json() == {"number": 3}


def test_it_describes_what_it_does(api):
    said = api.get("/v1/openapi.json").json()
    assert set(said["paths"]["/things/{number}"]["get"]["responses"]) == {"200"}
    assert "HTTPValidationError" not in str(said)
    assert said["servers"] == [{"url": "/v1"}]
