"""What casework stores says nothing by itself: every table and every blob, searched for marker words."""

import base64
import secrets
from datetime import timedelta

from sqlalchemy import text

from casework.store import tables
from casework.usecases import agreements, asking, handling, reading
from casework.usecases.asking import Ask
from casework.usecases.copying import copy_file
from casework.usecases.reaching import order_identity_erasure
from casework.usecases.taking_down import Draft, take_down
from paravent.intake.v1.content_pb2 import Answers, IdentityAnswer

CANARIES = {
    "what": "canari-ce-qui-s-est-passe",
    "when": "canari-quand",
    "where": "canari-ou",
    "implicated_details": "canari-mis-en-cause",
    "file name": "canari-nom-de-fichier",
    "file content": "canari-contenu-du-fichier",
    "message": "canari-message-du-declarant",
    "answer": "canari-reponse-du-referent",
    "mask": "canari-version-relue",
    "closing": "canari-explication",
    "asker": "canari-nom-du-demandeur",
    "reason": "canari-motif-de-la-demande",
    "consent": "canari-accord",
}


def stored(world) -> bytes:
    """Every row of every table as text (bytes come as hexadecimal), and every blob."""
    parts = []
    with world.database.engine.connect() as connection:
        for name in tables.metadata.tables:
            parts += connection.scalars(text(f'SELECT t::text FROM "{name}" t')).all()
    dump = "\n".join(parts).encode()
    for name in world.copying.store.names():
        with world.copying.store.reader(name) as reader:
            dump += reader.read()
    return dump


def forms(secret: bytes) -> list[bytes]:
    """Plain, hexadecimal, base64 (at its three offsets, ends left out)."""
    encoded = [base64.b64encode(b"x" * shift + secret)[4:-4] for shift in range(3)]
    return [secret, secret.hex().encode(), *encoded]


def test_no_word_name_file_or_reference_stands_in_clear_in_the_database_or_the_blobs(world, town):
    file = world.put_file(CANARIES["file content"].encode(), CANARIES["file name"] + ".txt", "text/plain")
    answers = {name: CANARIES[name] for name in ("what", "when", "where", "implicated_details")}
    reporter = world.file(town, files=[file], **answers)
    world.speak(reporter, CANARIES["message"])
    world.open_all()
    assert copy_file(world.uow, world.copying) == 1
    case_id = world.release(reporter, what=CANARIES["mask"])
    referent = world.staff("referent-1")
    reading.show_to_handler(world.uow, world.desk, referent, case_id)
    handling.take_in_charge(world.uow, world.desk, referent, case_id)
    handling.write_message(
        world.uow, world.desk, referent, case_id, notice_id=bytes(16), author="R", text=CANARIES["answer"]
    )
    request = Ask(
        secrets.token_bytes(16),
        CANARIES["asker"],
        "Référents",
        "meeting",
        CANARIES["reason"],
        ["name"],
        world.clock.now().date() + timedelta(days=9),
    )
    asking.ask(world.uow, world.desk, referent, case_id, request)
    given = IdentityAnswer(request_id=request.request_id, decision="agreed", consent_id=CANARIES["consent"].encode())
    world.speak(reporter, answer=given)
    world.open_all()
    order_identity_erasure(world.uow, world.desk.case_keys, world.vault, case_id, "court")
    label = reading.show_to_handler(world.uow, world.desk, referent, case_id).identity.label
    handling.close(world.uow, world.desk, referent, case_id, CANARIES["closing"])

    dump = stored(world)
    sought = {name: value.encode() for name, value in CANARIES.items()} | {"label": label.encode()}
    sought |= {"ref": reporter.ref, "recipient": reporter.keys.recipient.encode(), "file key": file.key.encode()}
    found = [name for name, secret in sought.items() if any(form in dump for form in forms(secret))]
    assert found == []


def test_who_joins_and_what_is_taken_down_leave_nothing_in_clear_either(world, town):
    world.publish_months()
    referent = world.staff("referent-1")
    witness = world.file(town, quality="witness")
    case_id = world.release(witness)
    handling.take_in_charge(world.uow, world.desk, referent, case_id)
    victim = world.join(witness)
    world.speak(victim, "canari-message-de-la-victime")
    world.open_all()
    [voice] = world.rows(tables.voices)
    to_voice = {
        "notice_id": bytes(16),
        "author": "R",
        "text": "canari-message-a-la-victime",
        "voice_id": voice.voice_id,
    }
    handling.write_message(world.uow, world.desk, referent, case_id, **to_voice)
    agreements.proceed_without(world.uow, world.desk, referent, case_id, "danger", "canari-motif")
    spoken = Answers(quality="victim", acts=["MENACE"], what="canari-oral", implicated=["AUTRE"])
    draft = Draft(town, answers=spoken)
    take_down(world.uow, world.desk, world.staff("screener-1"), draft)
    words = ("message-de-la-victime", "message-a-la-victime", "motif", "oral")
    sought = [draft.code.text, victim.keys.recipient, *(f"canari-{word}" for word in words)]
    sealed_only = stored(world)
    world.open_all()
    for dump in (sealed_only, stored(world)):
        for secret in (*map(str.encode, sought), victim.ref, witness.ref):
            assert not any(form in dump for form in forms(secret))


def test_the_search_finds_a_planted_leak(world, town):
    world.member("leak", name=CANARIES["what"])
    assert any(form in stored(world) for form in forms(CANARIES["what"].encode()))
