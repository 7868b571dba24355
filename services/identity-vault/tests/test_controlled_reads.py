"""The second lock: a read of the discloser opens once the verifier lets that very read through, and for nobody else."""

import secrets
from collections.abc import Callable

import hvac
import pytest
import requests
from pydantic import SecretStr

from identity_vault.domain.record import InvalidRecord
from identity_vault.gateways.openbao import Session, connect, log_in
from identity_vault.gateways.openbao_approvals import ReadApprovals
from identity_vault.gateways.openbao_reads import OpenBaoReads
from identity_vault.settings import OpenBaoSettings
from identity_vault.usecases.bodies import lock, unlock
from identity_vault.usecases.disclosing import ReadRefused
from identity_vault.usecases.ports import ReadNotApproved, StoreAway
from local_platform import openbao_bootstrap

DISCLOSER, VERIFIER = "identity-vault-discloser", "identity-vault-verifier"


@pytest.fixture
def told(root, bao) -> Callable[[str], OpenBaoSettings]:
    """What a process is told of OpenBao, with its own credentials."""

    def make(role: str) -> OpenBaoSettings:
        held = openbao_bootstrap.credentials(root, role)
        return OpenBaoSettings(
            database_url=SecretStr(""),
            openbao_address=bao.url,
            openbao_namespace=root.adapter.namespace,
            openbao_role_id=SecretStr(held.role_id),
            openbao_secret_id=SecretStr(held.secret_id),
        )

    return make


@pytest.fixture
def reads(told) -> OpenBaoReads:
    return OpenBaoReads(told(DISCLOSER))


@pytest.fixture
def approvals(told) -> ReadApprovals:
    return ReadApprovals(log_in(told(VERIFIER)), "identities")


@pytest.fixture
def client_of(told) -> Callable[[str], hvac.Client]:
    """OpenBao as a process sees it."""
    return lambda role: log_in(told(role)).client()


@pytest.fixture
def record(told) -> str:
    """The path of a record that the sealer made."""
    path = secrets.token_hex(32)
    assert connect(told("identity-vault-sealer")).create(path, b"body of " + path.encode())
    return path


def unwrap(client: hvac.Client, token: str) -> requests.Response:
    return requests.post(
        f"{client.url}/v1/sys/wrapping/unwrap",
        json={"token": token},
        headers={"X-Vault-Token": client.token, "X-Vault-Namespace": client.adapter.namespace},
        timeout=10,
    )


def test_a_read_that_the_verifier_lets_through_gives_the_record(reads, approvals, record):
    with reads.reading() as reading:
        approvals.approve(reading.request(record), record)
        assert reading.collect() == [(record, b"body of " + record.encode())]
        assert reading.collect() == []


def test_a_read_alone_gives_an_accessor_and_no_data(client_of, record):
    answer = client_of(DISCLOSER).read(f"identities/data/{record}")
    assert answer["data"] is None
    assert set(answer["wrap_info"]) >= {"token", "accessor"}


def test_nothing_is_collected_before_the_verifier_let_it_through(reads, record):
    with reads.reading() as reading:
        reading.request(record)
        with pytest.raises(ReadRefused, match="denied"):
            reading.collect()


def test_one_read_that_was_not_let_through_keeps_the_others_back(reads, approvals, record, told):
    other = secrets.token_hex(32)
    connect(told("identity-vault-sealer")).create(other, b"another")
    with reads.reading() as reading:
        approvals.approve(reading.request(record), record)
        reading.request(other)
        with pytest.raises(ReadRefused):
            reading.collect()


def test_the_discloser_cannot_let_its_own_read_through(client_of, record, told):
    client = client_of(DISCLOSER)
    held = client.read(f"identities/data/{record}")["wrap_info"]
    for step in ("authorize", "request"):
        with pytest.raises(hvac.exceptions.Forbidden):
            client.write(f"sys/control-group/{step}", accessor=held["accessor"])
    with pytest.raises(ReadNotApproved):
        ReadApprovals(log_in(told(DISCLOSER)), "identities").approve(held["accessor"], record)
    assert unwrap(client, held["token"]).status_code == 400


@pytest.mark.parametrize("role", ["identity-vault-sealer", "identity-vault-eraser", "casework-opener", "casework-web"])
def test_no_other_process_can_let_a_read_through(client_of, reads, record, role):
    with reads.reading() as reading:
        accessor = reading.request(record)
        with pytest.raises(hvac.exceptions.Forbidden):
            client_of(role).write("sys/control-group/authorize", accessor=accessor)


def test_the_verifier_s_own_read_is_refused(client_of, record):
    with pytest.raises(hvac.exceptions.Forbidden):
        client_of(VERIFIER).read(f"identities/data/{record}")


def test_the_verifier_lets_no_read_of_another_record_through(reads, approvals, record):
    with reads.reading() as reading:
        accessor = reading.request(record)
        for other in (secrets.token_hex(32), record[:-1], f"../data/{record}", ""):
            with pytest.raises(ReadNotApproved):
                approvals.approve(accessor, other)
        with pytest.raises(ReadRefused):
            reading.collect()


def test_the_verifier_lets_no_read_of_another_process_through(root, bao, approvals, record):
    """Somebody was given the discloser's rights, under a name of their own."""
    root.auth.approle.create_or_update_approle("thief", token_policies=[DISCLOSER])
    held = openbao_bootstrap.credentials(root, "thief")
    namespace = root.adapter.namespace
    token = openbao_bootstrap.log_in(bao.url, held, namespace=namespace)
    thief = hvac.Client(url=bao.url, token=token, namespace=namespace)
    held_back = thief.read(f"identities/data/{record}")["wrap_info"]
    with pytest.raises(ReadNotApproved):
        approvals.approve(held_back["accessor"], record)
    assert unwrap(thief, held_back["token"]).status_code == 400


@pytest.mark.parametrize("accessor", ["", "nothing-that-exists", "x" * 200, 'a"}{"b":1', "s.token/../x"])
def test_an_accessor_of_nothing_is_refused(approvals, accessor):
    with pytest.raises(ReadNotApproved):
        approvals.approve(accessor, secrets.token_hex(32))


def test_a_read_is_let_through_once(reads, approvals, record):
    with reads.reading() as reading:
        accessor = reading.request(record)
        approvals.approve(accessor, record)
        with pytest.raises(ReadNotApproved):
            approvals.approve(accessor, record)


def test_what_was_let_through_ends_with_the_login_that_asked(reads, approvals, record, client_of):
    """Approved, a wrapping token serves its bearer again and again: ending the login ends it."""
    other = client_of("casework-web")
    with reads.reading() as reading:
        approvals.approve(reading.request(record), record)
        (token,) = reading._waiting.values()
        assert unwrap(other, token).status_code == 200
        assert unwrap(other, token).status_code == 200
    assert unwrap(other, token).status_code in (400, 403)


def test_the_login_ends_also_when_the_disclosure_fails(reads, record):
    with pytest.raises(ReadRefused), reads.reading() as reading:
        fail(reading, record)
    with pytest.raises(hvac.exceptions.Forbidden):
        reading._client.auth.token.lookup_self()


def fail(reading, record: str) -> None:
    reading.request(record)
    reading.collect()


def test_a_record_that_is_not_there_is_left_out(reads, approvals, record):
    gone = secrets.token_hex(32)
    with reads.reading() as reading:
        for path in (gone, record):
            approvals.approve(reading.request(path), path)
        assert [path for path, _ in reading.collect()] == [record]


def test_a_record_that_was_destroyed_is_left_out(reads, approvals, record, root):
    root.secrets.kv.v2.destroy_secret_versions(record, [1], mount_point="identities")
    with reads.reading() as reading:
        approvals.approve(reading.request(record), record)
        assert reading.collect() == []


def test_a_discloser_that_may_read_without_the_second_lock_looks_at_nothing(reads, root, record):
    root.sys.create_or_update_policy(DISCLOSER, 'path "identities/data/*" { capabilities = ["read"] }')
    with reads.reading() as reading, pytest.raises(ReadRefused, match="denied"):
        reading.request(record)


def test_while_openbao_is_away_nothing_is_read_or_let_through(told, record):
    away = {"openbao_address": "http://127.0.0.1:9"}
    with (
        pytest.raises(ReadRefused, match="store-away"),
        OpenBaoReads(told(DISCLOSER).model_copy(update=away)).reading(),
    ):
        pass
    approvals = ReadApprovals(log_in(told(VERIFIER).model_copy(update=away)), "identities")
    with pytest.raises(StoreAway):
        approvals.approve("nothing-that-exists", record)


def test_a_body_opens_at_its_own_path_only():
    key, path, other = secrets.token_bytes(32), secrets.token_hex(32), secrets.token_hex(32)
    body = lock(path, key, bytes(4096))
    assert len(body) == 4124
    assert unlock(path, key, body) == bytes(4096)
    for wrong in ((other, key, body), (path, bytes(32), body), (path, key, body[:-1] + b"x"), (path, key, b"")):
        with pytest.raises(InvalidRecord):
            unlock(*wrong)


def test_no_token_shows_in_a_repr(told, reads):
    assert "•••" in repr(log_in(told(DISCLOSER)))
    assert isinstance(log_in(told(DISCLOSER)), Session)
    with reads.reading() as reading:
        assert "•••" in repr(reading)
