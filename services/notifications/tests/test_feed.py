"""The feed over HTTP: tokens of one CdG, cursors, refusals as problems."""

import socket
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import select

from chassis.db import Database
from chassis.web import WebSettings
from chassis.web.api import Problem, RateLimit
from notifications.entrypoints import cli
from notifications.entrypoints.web.app import create
from notifications.store.public_tables import feed_tokens
from notifications.usecases import publishing
from tests.support.clients import client
from tests.support.public_facts import CDG, OTHER_CDG, designated, every_fact
from tests.support.serving import serving

DESIGNATED = "fr.paravent.referent.designated.v1"


@pytest.fixture
def asking(uow_of, address) -> Iterator[Callable[..., httpx.Response]]:
    """Asks the running application, which has its own database role, with a token or without."""
    database = Database(address.process_urls["web"], name="feed", pool_size=3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create(WebSettings(public_url=url, cookie_secure=False), uow_of("web"), database, per_minute=15)
        with serving(app, listener), client(url) as http:

            def ask(token: str = "", path: str = "/v1/events", headers=None, **query: object) -> httpx.Response:
                sent = {"authorization": f"Bearer {token}".encode()} if token else {}
                return http.get(path, params=query, headers=sent | (headers or {}))

            yield ask


@pytest.fixture
def token(uow) -> str:
    with uow("issue") as tx:
        return tx.feed_tokens.issue(CDG, "Trésorerie", None)


def publish(uow, *facts) -> None:
    with uow("publish") as tx:
        for fact in facts:
            publishing.publish(tx, fact)


def test_a_consumer_follows_its_cdg_s_feed(uow, asking, token):
    publish(uow, *every_fact(), *every_fact(OTHER_CDG))
    first = asking(token, limit=5).json()
    assert (len(first["events"]), first["next"], first["more"]) == (5, "5", True)
    rest = asking(token, after=first["next"]).json()
    assert (len(rest["events"]), rest["next"], rest["more"]) == (2, "7", False)
    assert {event["source"] for event in first["events"] + rest["events"]} == {f"/cdg/{CDG}"}
    assert [event["type"] for event in asking(token, type=DESIGNATED).json()["events"]] == [DESIGNATED]


def test_what_is_known_already_is_not_sent_again(uow, asking, token):
    publish(uow, designated())
    known = {"if-none-match": asking(token).headers["etag"]}
    assert (asking(token, headers=known).status_code, asking(token, headers=known).content) == (304, b"")
    publish(uow, designated())
    assert asking(token, headers=known).status_code == 200


def test_a_token_works_until_its_day_or_until_it_is_revoked(uow, asking, token, clock):
    with uow("issue") as tx:
        short = tx.feed_tokens.issue(CDG, "Essai", date(2026, 11, 21))
        assert token not in repr(tx.session.execute(select(feed_tokens)).all())
        assert {found.last_used_on for found in tx.feed_tokens.list()} == {None}
    assert asking(short).status_code == 200
    clock.advance(timedelta(days=1))
    assert asking(short).status_code == 401
    with uow("revoke") as tx:
        [held] = [found for found in tx.feed_tokens.list() if found.name == "Trésorerie"]
        assert tx.feed_tokens.revoke(held.id)
        assert not tx.feed_tokens.revoke(held.id)
    assert asking(token).status_code == 401


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (400, {"after": "x"}),
        (400, {"after": "9" * 19}),
        (400, {"after": "3"}),
        (400, {"limit": 0}),
        (400, {"limit": "mille"}),
        (400, {"type": "fr.paravent.report.filed.v1"}),
        (404, {"path": "/v1/people"}),
    ],
)
def test_a_refusal_is_a_problem_in_french_that_repeats_nothing(asking, token, status, query):
    answer = asking(token, **query)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["detail"]
    assert not any(str(value) in problem["detail"] for name, value in query.items() if name != "after")


def test_without_a_token_that_works_nothing_is_told(uow, asking):
    publish(uow, designated())
    for wrong in ("", "pvfeed_unknown", "é"):
        answer = asking(wrong)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "events" not in answer.json()
    assert asking("", headers={"authorization": "Basic eDp5"}).status_code == 401


def test_who_asks_too_often_is_told_when_to_come_back(asking, token):
    refused = next(answer for _ in range(300) if (answer := asking(token)).status_code == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) >= 1


def test_a_caller_may_ask_so_many_times_a_minute_and_others_all_the_same():
    now = [0.0]
    limit = RateLimit(2, lambda: now[0])
    limit.count("a")
    limit.count("a")
    limit.count("b")
    with pytest.raises(Problem) as refused:
        limit.count("a")
    assert refused.value.headers == {"retry-after": "31"}
    now[0] += 30
    limit.count("a")


def test_no_other_site_s_page_may_read_it(asking, token):
    headers = asking(token, headers={"origin": "https://autre.example.org"}).headers
    assert not [name for name in headers if name.startswith("access-control")]
    assert asking(path="/v1/openapi.json").json()["info"]["title"] == "Paravent : événements publics"


def test_an_operator_issues_lists_and_revokes_tokens(uow, asking, capsys):
    assert cli.tokens(uow, ["issue", CDG, "Chambre régionale des comptes"]) == 0
    made = capsys.readouterr().out.strip()
    assert asking(made).status_code == 200
    cli.tokens(uow, ["list"])
    listed = capsys.readouterr().out
    assert "Chambre régionale des comptes" in listed
    assert made not in listed
    token_id = listed.splitlines()[1].split("\t")[0]
    assert cli.tokens(uow, ["revoke", token_id]) == 0
    assert asking(made).status_code == 401
    assert cli.tokens(uow, ["revoke", token_id]) == 1
