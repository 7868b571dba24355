"""identity-vault's database: each process does to each table what it is there for, tried as its own role."""

import pytest
from psycopg import sql

from tests.contracts.granted import allowed, answers, columns, rights
from tests.contracts.test_boundaries_databases import ON_EVERY_TABLE, ON_THE_SCHEMA, database_of, elsewhere, knock
from tests.support import stores

WORKED_OFF = {"SELECT", "DELETE"}
KEPT = {"SELECT", "INSERT", "DELETE"}
SEALED = {"SELECT", "INSERT", "UPDATE (sealed)", "DELETE"}

# Process -> table -> what its role may do there. Whatever is not here is refused, and tried.
RIGHTS: dict[str, dict[str, set[str]]] = {
    # Leaves letters and cannot look at them again.
    "sealer": {
        "seal_counts": {"SELECT", "INSERT", "UPDATE (count)"},
        "record_keys": {"SELECT", "INSERT"},
        "verifier_letters": {"INSERT"},
        "linker_letters": {"INSERT"},
        "courier_letters": {"INSERT"},
    },
    # No contact and no address; journal entries are added and never changed.
    "verifier": {
        "verifier_letters": WORKED_OFF,
        "record_keys": {"SELECT"},
        "registrations": SEALED,
        "consents": SEALED,
        "orders": SEALED,
        "passkeys": {"SELECT", "INSERT", "UPDATE (sealed)"},
        "spent_statements": {"SELECT", "INSERT"},
        "waiting_statements": KEPT,
        "withdrawn_names": KEPT,
        "disclosure_counts": {"SELECT", "INSERT", "UPDATE (count)", "DELETE"},
        "short_lived": {"SELECT", "INSERT", "UPDATE (owner_tag, sealed, until)", "DELETE"},
        "recoveries": {"SELECT", "INSERT", "UPDATE (sealed, until)", "DELETE"},
        "erasure_orders": WORKED_OFF,
        "erasures": {
            "SELECT",
            "INSERT (order_tag, paths, reason, subject, to_linker)",
            "UPDATE (forgotten, kinds)",
        },
        "journal": {"SELECT", "INSERT"},
        "journal_closings": {"SELECT"},
    },
    # What the data protection officer may see, without subject, actor or words.
    "discloser": {"journal": {"SELECT (at, kind, reason, segment, seq)"}},
    # Contacts of reports, and no address.
    "linker": {
        "linker_letters": WORKED_OFF,
        "linker_erasures": WORKED_OFF,
        "links": SEALED,
        "link_statements": {"SELECT", "INSERT", "UPDATE (sealed, tag)", "DELETE"},
        "link_tickets": KEPT,
        "link_forgets": KEPT,
        "rings": {"SELECT", "INSERT", "UPDATE (tag)", "DELETE"},
    },
    # Addresses of contacts, and no report.
    "courier": {
        "courier_letters": WORKED_OFF,
        "contacts": {"SELECT", "INSERT", "UPDATE (state)", "DELETE"},
        "call_backs": SEALED,
        "forgotten_contacts": KEPT,
        "mails": {"SELECT", "INSERT", "UPDATE (attempts, ready)", "DELETE"},
        "mail_returns": KEPT,
        "tickets_done": KEPT,
    },
    # Deletes the keys of records without seeing one.
    "eraser": {
        "record_keys": {"SELECT (path)", "DELETE"},
        "erasure_orders": {"SELECT (id)", "INSERT"},
        "erasures": {
            "SELECT",
            "INSERT",
            "UPDATE (asked_on, destroyed, due_on, finished_on, forgotten, keyless, paths, state, subject, to_linker)",
        },
        "erasure_bursts": {"SELECT", "INSERT", "UPDATE (confirmed)"},
        "erasure_signatures": {"SELECT", "UPDATE (noted)", "DELETE"},
        "linker_erasures": {"SELECT (order_tag)", "INSERT"},
        "journal": {"SELECT (hash, segment, seq)", "INSERT"},
        "journal_closings": {"SELECT"},
    },
    # Sees which orders there are, without what they are about, and adds a signature.
    "operators": {
        "erasures": {"SELECT (asked_on, due_on, finished_on, order_tag, reason, state)"},
        "erasure_signatures": {"SELECT", "INSERT (action, operator, signature, signed_on, target)"},
    },
    # Signs and exports, and notes that a key was replaced. It changes and deletes nothing.
    "journal": {
        "journal": {"SELECT", "INSERT"},
        "journal_checkpoints": {"SELECT", "INSERT"},
        "journal_closings": {"SELECT"},
    },
    # The yearly re-creation of records: paths without keys, and how far it is.
    "sweep": {
        "record_keys": {"SELECT (path, swept)", "UPDATE (swept)"},
        # `begun_on` too, but never without a number: the sequence behind it is nobody's.
        "sweeps": {"SELECT", "INSERT (number)", "UPDATE (finished_on)"},
    },
}


def url_of(demo, process: str) -> str:
    addresses = demo.state["databases"][stores.VAULT]
    return addresses["app" if process == "sealer" else process]


@pytest.mark.parametrize("process", RIGHTS)
def test_a_process_does_in_the_database_what_it_is_there_for_and_nothing_else(demo, process):
    assert rights(demo, stores.VAULT, url_of(demo, process)) == RIGHTS[process]


def test_every_role_of_the_database_is_one_of_these(demo):
    addresses = set(demo.state["databases"][stores.VAULT]) - {"owner", "app"}
    assert addresses == set(RIGHTS) - {"sealer"}
    roles = stores.rows(demo, stores.VAULT, "SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1")
    known = {f"identity_vault_{process}" for process in addresses} | {"identity_vault_app", "identity_vault_owner"}
    assert {name for (name,) in roles} == {*known, "postgres"}


@pytest.mark.parametrize("process", RIGHTS)
def test_a_process_may_make_or_alter_nothing(demo, process):
    assert allowed(url_of(demo, process), ON_THE_SCHEMA) == {}
    acts = {
        f"{act} {table}": sql.SQL(statement).format(sql.Identifier(table))
        for table in columns(demo, stores.VAULT)
        for act, statement in ON_EVERY_TABLE.items()
    }
    assert allowed(url_of(demo, process), acts) == {}


@pytest.mark.parametrize("process", RIGHTS)
def test_a_process_may_not_become_another(demo, process):
    own = "identity_vault_app" if process == "sealer" else f"identity_vault_{process}"
    roles = [f"identity_vault_{other}" for other in ("owner", "app", *RIGHTS) if other != "sealer"]
    acts = {role: sql.SQL("SET ROLE {}").format(sql.Identifier(role)) for role in {*roles, "postgres"} - {own}}
    assert set(answers(url_of(demo, process), acts).values()) == {"InsufficientPrivilege"}


@pytest.mark.parametrize("process", RIGHTS)
def test_a_process_reaches_no_other_database(demo, process):
    url = url_of(demo, process)
    assert knock(url, database_of(demo, stores.VAULT)) == ""
    for common in ("postgres", "template1"):
        assert "permission denied" in knock(url, common)
    for other in stores.SHARED:
        there = elsewhere(url, demo.database_url(other))
        assert "authentication failed" in knock(there, database_of(demo, other))
