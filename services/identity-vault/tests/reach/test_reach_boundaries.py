"""Neither process can do the other's work, and nothing that is stored or said names anybody."""

import json
import os
import signal
import subprocess
import sys

import grpc
import psycopg
import pytest

from chassis.rpc import channel
from chassis.testing import eventually
from identity_vault.store import reach_tables as tables
from local_platform.ports import free_port
from paravent.identity_vault.v1 import reach_pb2
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import CallBackServiceStub, CourierServiceStub, ReachServiceStub

EMAIL = "nora.exemple@boite.example.org"
OF_LINKER = ("links", "link_statements", "rings", "link_tickets", "link_forgets")
OF_COURIER = ("contacts", "forgotten_contacts", "tickets_done", "mails", "mail_returns", "call_backs")


@pytest.mark.parametrize(
    ("role", "others"),
    [
        ("linker", (*OF_COURIER, "courier_letters", "verifier_letters", "record_keys")),
        ("courier", (*OF_LINKER, "linker_letters", "verifier_letters", "record_keys")),
        ("verifier", (*OF_LINKER, *OF_COURIER)),
        ("discloser", (*OF_LINKER, *OF_COURIER)),
    ],
)
def test_a_role_cannot_touch_what_belongs_to_another(address, role, others):
    with psycopg.connect(address.process_urls[role], autocommit=True) as connection:
        for table in others:
            for attempt in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(attempt)


def test_the_migration_made_the_tables_that_the_code_knows(address):
    made = {name: getattr(tables, name) for name in OF_LINKER + OF_COURIER}
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    with psycopg.connect(address.owner_url) as owner:
        for name, table in made.items():
            found = dict(owner.execute(query, (name,)).fetchall())
            assert set(found) == set(table.c.keys())
            assert not [kind for kind in found.values() if kind.startswith("timestamp")]


@pytest.mark.parametrize(
    ("server", "stub", "method", "request_", "client"),
    [
        ("linker", ReachServiceStub, "Notify", reach_pb2.NotifyRequest(), "web.intake.paravent"),
        ("linker", ReachServiceStub, "ViewContact", reach_pb2.ViewContactRequest(), "opener.casework.paravent"),
        ("linker", ReachServiceStub, "ViewContact", reach_pb2.ViewContactRequest(), "web.casework.paravent"),
        ("courier", CourierServiceStub, "Deliver", reach_pb2.DeliverRequest(), "opener.casework.paravent"),
        ("courier", CourierServiceStub, "GetStates", reach_pb2.GetStatesRequest(), "web.intake.paravent"),
        ("courier", CourierServiceStub, "Forget", reach_pb2.ForgetRequest(), "verifier.identity-vault.paravent"),
        ("courier", CallBackServiceStub, "ListCallBacks", reach_pb2.ListCallBacksRequest(), "web.intake.paravent"),
    ],
)
def test_who_is_not_on_the_list_can_call_nothing(world, certificates, server, stub, method, request_, client):
    port = {"linker": world.linker_server.port, "courier": world.courier_server.port}[server]
    made = channel(f"127.0.0.1:{port}", certificates.issue(client), f"{server}.identity-vault.paravent")
    with pytest.raises(grpc.RpcError) as caught:
        getattr(stub(made), method)(request_)
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    made.close()


def test_no_store_holds_a_ref_an_address_or_a_value_of_the_other_in_clear(world, reporter, mailbox, asked):
    nora = world.arrive(reporter(EMAIL))
    world.leave(asked())
    world.work_off()
    world.ring(nora)
    world.linker.ringing._courier = Away()
    world.linker.batch()  # the ticket stays, so that there is something to look at
    known = (nora.ref, nora.contact, EMAIL.encode(), b"06 39 98 00 01", b"nora")
    stored = {name: flat(world.rows(*names)) for name, names in (("linker", OF_LINKER), ("courier", OF_COURIER))}
    for values in stored.values():
        assert not [value for value in values for secret in known if secret in value or secret.hex().encode() in value]
    assert not {value for value in stored["linker"] if len(value) > 8} & set(stored["courier"])


def test_the_answer_about_a_contact_tells_nothing_by_its_size_and_asks_the_courier_always(world, reporter):
    for each in (world.arrive(reporter(EMAIL)), world.arrive(reporter()), reporter()):
        assert world.state(each) in ("kept", "none")
    world.courier_server.stop(0)
    for each in (world.arrive(reporter(EMAIL)), reporter()):
        with pytest.raises(grpc.RpcError) as caught:
            world.state(each)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("query", [b"", bytes(1152)])
def test_a_question_that_does_not_open_is_refused(world, query):
    with pytest.raises(grpc.RpcError) as caught:
        world.reach_as("web.intake.paravent").ViewContact(reach_pb2.ViewContactRequest(query=query))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


class Away:
    """A courier that takes nothing."""

    def deliver(self, tickets) -> None:
        from identity_vault.usecases.ringing import CourierAway

        raise CourierAway

    forget = deliver


def flat(rows) -> list[bytes]:
    values = [value for found in rows.values() for row in found for value in row]
    return [bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode() for value in values]


@pytest.fixture
def launch(tmp_path, linker_settings, courier_settings):
    """A role as a process of its own."""
    running: list[subprocess.Popen] = []

    def start(role: str, settings, **more: str) -> subprocess.Popen:
        folder = tmp_path / f"secrets-{role}-{len(running)}"
        folder.mkdir()
        env = {"PATH": os.environ["PATH"], "PARAVENT_SECRETS": str(folder)}
        for name, value in settings.model_dump(mode="python", exclude_none=True).items():
            if name in ("database_url", "index_key", "data_key"):
                (folder / f"identity_vault_{name}").write_text(value.get_secret_value())
            elif name == "tls":
                env |= {f"IDENTITY_VAULT_TLS__{part.upper()}": str(path) for part, path in value.items()}
            else:
                told = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
                env[f"IDENTITY_VAULT_{name.upper()}"] = told
        command = [sys.executable, "-m", "identity_vault", role]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        running.append(subprocess.Popen(command, env=env | more, text=True, **pipes))
        return running[-1]

    yield start
    for each in running:
        each.kill()
        each.communicate()


def test_both_run_as_processes_from_a_letter_to_a_mail_and_log_nothing(
    world, launch, linker_settings, courier_settings, reporter, mailbox, certificates
):
    world.linker_server.stop(0)
    world.courier_server.stop(0)
    ports = {"linker": free_port(), "courier": free_port()}
    courier = launch("courier", courier_settings, IDENTITY_VAULT_COURIER_PORT=str(ports["courier"]))
    linker = launch(
        "linker",
        linker_settings,
        IDENTITY_VAULT_LINKER_PORT=str(ports["linker"]),
        IDENTITY_VAULT_COURIER_ADDRESS=f"127.0.0.1:{ports['courier']}",
        IDENTITY_VAULT_COURIER_HOURS="every:1",
    )
    state = linker_settings.state_dir
    eventually(lambda: (state / "linker.alive").exists() and (state / "courier.alive").exists(), within=30)
    nora = reporter(EMAIL)
    world.leave(nora.registration(), nora.address())
    made = channel(
        f"127.0.0.1:{ports['linker']}", certificates.issue("opener.casework.paravent"), "linker.identity-vault.paravent"
    )
    ReachServiceStub(made).Notify(reach_pb2.NotifyRequest(rings=[world.ring_frame(nora)]))
    made.close()
    eventually(lambda: mailbox.messages, within=30)
    bounce = launch("courier-bounces", courier_settings)
    said, _ = bounce.communicate("To: nobody@example.org\n\nbonjour", timeout=30)
    assert (bounce.returncode, json.loads(said)["event"]) == (0, "bounces.ignored")
    logs = ""
    for each in (linker, courier):
        each.send_signal(signal.SIGTERM)
        output, _ = each.communicate(timeout=30)
        assert each.returncode == 0, output
        logs += output
    events = [json.loads(line)["event"] for line in logs.splitlines()]
    assert events == ["linker.started", "linker.stopped", "courier.started", "courier.stopped"]
    assert not [secret for secret in (EMAIL, "nora", nora.ref.hex(), nora.contact.hex()) if secret in logs]
