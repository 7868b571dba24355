"""PostgreSQL: each service's roles reach their own database, and in it do what they were granted, no more."""

from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.contracts.granted import allowed, answers, rights
from tests.support import stores

SERVICES = (*stores.SHARED, stores.VAULT)

ON_THE_SCHEMA = {
    "make a table": "CREATE TABLE stolen (a int)",
    "make a schema": "CREATE SCHEMA stolen",
    "make a function": "CREATE FUNCTION stolen() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "load an extension": "CREATE EXTENSION dblink",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "make a role": "CREATE ROLE stolen",
    "read settings of others": "SELECT * FROM pg_hba_file_rules",
    "read the migrations' book": "SELECT * FROM alembic_version",
}
ON_EVERY_TABLE = {
    "add a column to": "ALTER TABLE {} ADD COLUMN stolen int",
    "drop": "DROP TABLE {}",
    "hang a trigger on": "CREATE TRIGGER stolen BEFORE UPDATE ON {} EXECUTE FUNCTION tsvector_update_trigger()",
    "index": "CREATE INDEX ON {} ((1))",
}
# What an application may never do to rows, by service. Each list says why the tables are the way they are.
NEVER = {
    "intake": {
        "take a report for another": "UPDATE reports SET report_id = report_id",
        "move a report to another CdG": "UPDATE reports SET cdg_id = cdg_id",
        "move a notice to another report": "UPDATE notices SET report_id = report_id",
        "move a message to another report": "UPDATE messages SET report_id = report_id",
        "change what former words open": "UPDATE former_words SET envelope = envelope",
        "change which words were replaced": "UPDATE former_words SET lookup_id = lookup_id",
        "prolong an offer": "UPDATE claims SET until_day = until_day",
        "change a record on its way to the vault": "UPDATE vault_queue SET record = record",
        "strike a member off": "DELETE FROM members",
        "strike a key set off": "DELETE FROM key_sets",
        "forget that an event was told": "DELETE FROM outbox",
    },
    "casework": {
        "delete a case": "DELETE FROM cases",
        "change a text": "UPDATE case_texts SET sealed = sealed",
        "delete a text": "DELETE FROM case_texts",
        "rewrite the access journal": "UPDATE access_journal SET person_id = person_id",
        "clean the access journal": "DELETE FROM access_journal",
        "move what came to another report": "UPDATE inbound SET report_id = report_id",
        "delete what came": "DELETE FROM inbound",
        "move who joined to another case": "UPDATE voices SET case_id = case_id",
        "strike out who joined": "DELETE FROM voices",
        "rewrite a key set": "UPDATE key_sets SET digest = digest",
        "strike a habilitation off": "DELETE FROM habilitations",
        "widen an access": "UPDATE case_access SET person_id = person_id",
        "forget that an event was told": "DELETE FROM outbox",
        "move an order to another case": "UPDATE case_orders SET case_id = case_id",
        "count the reports of a year again": "DELETE FROM report_counts",
    },
    "billing": {
        "add a groupement": "INSERT INTO groupements SELECT * FROM groupements",
        "change a CdG": "UPDATE cdgs SET contact = contact",
        "add a CdG": "INSERT INTO cdgs SELECT * FROM cdgs",
        "change a provider": "UPDATE providers SET name = name",
        "change a market": "UPDATE markets SET ends_on = ends_on",
        "make oneself a manager": "INSERT INTO managers SELECT * FROM managers",
        "take a manager's place": "UPDATE managers SET subject = subject",
        "remove a manager": "DELETE FROM managers",
        "alter a convention": "UPDATE conventions SET until_on = until_on",
        # What a member declared may be corrected until it is checked; whose it is, and of which year, may not.
        "move a headcount to another member": "UPDATE headcounts SET member_id = member_id",
        "move a headcount to another year": "UPDATE headcounts SET at_day = at_day",
        "alter a tariff": "UPDATE tariffs SET data = data",
        "alter an invoice": "UPDATE invoices SET net_cents = net_cents",
        "remove an invoice": "DELETE FROM invoices",
        "give a number twice": "DELETE FROM invoice_ranks",
        "alter a payment": "UPDATE payments SET cents = cents",
        "remove an allocation": "DELETE FROM allocations",
        "alter what a document is printed from": "UPDATE documents SET content = content",
        "alter a step of a convention": "UPDATE convention_steps SET on_day = on_day",
        "give a habilitation to somebody else": "UPDATE habilitations SET person_id = person_id",
        "widen a habilitation": "UPDATE habilitations SET role = role",
        "delete a habilitation": "DELETE FROM habilitations",
        "prolong an invitation": "UPDATE invitations SET expires_at = expires_at",
        "move an order to another member": "UPDATE orders SET member_id = member_id",
        "change what was ordered": "UPDATE order_lines SET quantity = quantity",
        "change a frozen amount": "UPDATE orders SET net_cents = net_cents",
        "rewrite the steps of an order": "UPDATE order_steps SET status = status",
        "delete an order": "DELETE FROM orders",
        "change a price list": "UPDATE price_lists SET data = data",
        "change how many reports there were": "UPDATE report_counts SET reports = reports",
        "settle a year again": "DELETE FROM fund_settlements",
        "change a member's share": "UPDATE fund_shares SET cents = cents",
        "change a person's address": "UPDATE people SET email = email",
        "widen a token of the API": "UPDATE api_tokens SET scopes = scopes",
        "prolong a token of the API": "UPDATE api_tokens SET expires_on = expires_on",
        "give a token another CdG": "UPDATE api_tokens SET cdg_id = cdg_id",
    },
    "notifications": {
        "delete a contact": "DELETE FROM contacts",
        "send a mail to somebody else": "UPDATE deliveries SET person_id = person_id",
        "delete a delivery": "DELETE FROM deliveries",
        "rewrite a public event": "UPDATE public_events SET body = body",
        "move a public event to another CdG": "UPDATE public_events SET cdg_id = cdg_id",
        "give a token another CdG": "UPDATE feed_tokens SET cdg_id = cdg_id",
        "prolong a token": "UPDATE feed_tokens SET expires_on = expires_on",
        "read a webhook's secret": "SELECT secret FROM webhook_endpoints",
        "add a webhook": "INSERT INTO webhook_endpoints SELECT * FROM webhook_endpoints",
        "turn a webhook elsewhere": "UPDATE webhook_endpoints SET url = url",
        "change a webhook's secret": "UPDATE webhook_endpoints SET secret = secret",
        "push an event to another webhook": "UPDATE webhook_deliveries SET endpoint_id = endpoint_id",
    },
    "analytics": {
        "change a publication": "UPDATE snapshots SET threshold = threshold",
        "withdraw a publication": "DELETE FROM snapshots",
        "change a published figure": "UPDATE snapshot_cells SET count = count",
        "withdraw a published figure": "DELETE FROM snapshot_cells",
        "delete a count": "DELETE FROM figures",
    },
    "identity-vault": {"delete a count": "DELETE FROM seal_counts"},
}
# Processes beside the vault's that work as a role of their own: table -> what it may do there. Whatever is not here is
# refused, and tried: above all `contacts` (addresses of persons) and `deliveries` (who is written to, secret links).
OWN_RIGHTS = {
    # The feed.
    ("notifications", "web"): {
        "feeds": {"SELECT"},
        "public_events": {"SELECT (body, cdg_id, position, type)"},
        "feed_tokens": {"SELECT", "UPDATE (last_used_on)"},
    },
    # Webhooks, and the operator's commands on them, which need the pusher's key.
    ("notifications", "pusher"): {
        "public_events": {"SELECT (body, id, position, type)"},
        "webhook_endpoints": {"SELECT", "INSERT", "UPDATE (stopped_on)"},
        "webhook_deliveries": {"SELECT", "UPDATE (attempts, code, day, due_at, status)"},
    },
}


def knock(url: str, database: str) -> str:
    """Connect to a database with somebody's credentials; answer what PostgreSQL says, empty when it lets them in."""
    try:
        psycopg.connect(f"{url.rsplit('/', 1)[0]}/{database}", connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error)
    return ""


def database_of(demo, service: str) -> str:
    return urlsplit(demo.database_url(service)).path[1:]


def elsewhere(url: str, other: str) -> str:
    """The same credentials at another server."""
    mine, theirs = urlsplit(url), urlsplit(other)
    who = mine.netloc.rpartition("@")[0]
    return mine._replace(netloc=f"{who}@{theirs.netloc.rpartition('@')[2]}").geturl()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("owner", [False, True], ids=["application", "owner"])
def test_no_role_of_a_service_may_connect_to_another_database(demo, service, owner):
    url = demo.database_url(service, owner=owner)
    assert knock(url, database_of(demo, service)) == ""
    for other in SERVICES:
        if other != service:
            there = elsewhere(url, demo.database_url(other))
            answer = knock(there, database_of(demo, other))
            same_server = stores.cluster_of(other) == stores.cluster_of(service)
            assert ("permission denied" if same_server else "authentication failed") in answer, other
    for common in ("postgres", "template1"):
        assert "permission denied" in knock(url, common)


def test_nobody_connects_without_a_password_or_as_the_superuser_with_ones_own(demo):
    for service in SERVICES:
        url = demo.database_url(service)
        name, password = urlsplit(url).username, urlsplit(url).password
        assert knock(url.replace(f":{password}@", "@"), database_of(demo, service)) != ""
        assert "authentication failed" in knock(url.replace(f"//{name}:", "//postgres:"), "postgres")


def test_the_vault_s_database_is_on_a_server_of_its_own(demo):
    query = "SELECT system_identifier FROM pg_control_system()"
    ((vault,),) = stores.rows(demo, stores.VAULT, query)
    ((shared,),) = stores.rows(demo, "intake", query)

    assert vault != shared
    assert stores.rows(demo, stores.VAULT, "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1") == [
        ("identity_vault",),
        ("postgres",),
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_make_nothing_and_read_nothing_of_the_server(demo, service):
    assert allowed(demo.database_url(service), ON_THE_SCHEMA) == {}


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_not_alter_any_table(demo, service):
    acts = {
        f"{act} {table}": sql.SQL(statement).format(sql.Identifier(table))
        for table in stores.tables(demo, service)
        for act, statement in ON_EVERY_TABLE.items()
    }
    assert allowed(demo.database_url(service), acts) == {}


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_not_empty_a_table(demo, service):
    """But the pump's queue and what waits for a slot, which it empties and fills again in random order."""
    acts = {name: sql.SQL("TRUNCATE {}").format(sql.Identifier(name)) for name in stores.tables(demo, service)}
    assert allowed(demo.database_url(service), acts) == (
        {"vault_queue": "", "vault_waiting": ""} if service == "intake" else {}
    )


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_not_change_rows_that_are_not_its_to_change(demo, service):
    assert allowed(demo.database_url(service), NEVER[service]) == {}


@pytest.mark.parametrize(("service", "process"), OWN_RIGHTS)
def test_a_process_with_a_role_of_its_own_does_what_it_is_there_for_and_nothing_else(demo, service, process):
    url = demo.state["databases"][service][process]
    assert (demo.secrets(f"{service}.{process}") / f"{service}_database_url").read_text() == url
    assert rights(demo, service, url) == OWN_RIGHTS[service, process]
    assert allowed(url, ON_THE_SCHEMA) == {}
    roles = [f"{database_of(demo, service)}_{role}" for role in ("app", "owner")]
    acts = {role: sql.SQL("SET ROLE {}").format(sql.Identifier(role)) for role in roles}
    assert set(answers(url, acts).values()) == {"InsufficientPrivilege"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_not_become_another_role(demo, service):
    roles = [f"{database_of(demo, other)}_owner" for other in SERVICES]
    roles += ["pg_read_all_data", "pg_execute_server_program", "postgres"]
    acts = {role: sql.SQL("SET ROLE {}").format(sql.Identifier(role)) for role in roles}
    found = set(answers(demo.database_url(service), acts).values())
    assert found == {"InsufficientPrivilege", "InvalidParameterValue"}  # the latter: no such role on that server


@pytest.mark.parametrize("service", SERVICES)
def test_an_application_role_may_not_measure_another_database(demo, service):
    """How much a neighbour writes tells when a report came."""
    with stores.connect(demo, service) as superuser:
        databases = superuser.execute("SELECT oid, datname FROM pg_database WHERE NOT datistemplate").fetchall()
    acts = {"all": "SELECT * FROM pg_stat_database"}
    for oid, name in databases:
        acts[f"writes of {name}"] = f"SELECT pg_stat_get_db_tuples_inserted({oid})"
        if name != database_of(demo, service):
            acts[f"size of {name}"] = f"SELECT pg_database_size({oid})"
    assert allowed(demo.database_url(service), acts) == {}


def test_an_application_role_sees_no_statement_of_another_role(demo):
    for service in SERVICES:
        with psycopg.connect(demo.database_url(service)) as connection:
            seen = connection.execute(
                "SELECT DISTINCT query, query_start FROM pg_stat_activity WHERE usename <> current_user"
            ).fetchall()
        assert set(seen) <= {("<insufficient privilege>", None)}


@pytest.mark.parametrize("cluster", ["postgres", "vault-postgres"])
def test_the_platform_alone_is_superuser(demo, cluster):
    query = (
        "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' "
        "AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
    )
    members = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname !~ '^pg_'"
    with psycopg.connect(demo.superuser_url(cluster)) as superuser:
        assert superuser.execute(query).fetchall() == [("postgres",)]
        assert superuser.execute(members).fetchone() == (0,)


def test_a_refusal_is_told_apart_from_a_mistake(demo):
    """What is refused above is refused for want of a right: a spelling mistake has another name."""
    acts = {"mistake": "DELETE FROM managerz", "right": "SELECT * FROM managers"}
    assert answers(demo.database_url("billing"), acts) == {"mistake": "UndefinedTable", "right": ""}
