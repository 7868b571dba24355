"""Work off the linker's letters: registrations, and what reporters sign about their address."""

from datetime import date, timedelta

from chassis import logs
from chassis.sealing import statements
from chassis.sealing.statements import BadStatement, Statement
from identity_vault.domain.link import Change, Link, NotALink
from identity_vault.store.linker_transaction import LinkerTransaction
from paravent.identity_vault.v1.record_pb2 import LinkerLetter, LinkRegistration, SignedStatement

log = logs.get(__name__)

# Days: a statement waits for its registration; ids that were used stay known.
WAITS = 3
REMEMBERED = 90


def tidy(tx: LinkerTransaction, today: date) -> None:
    """What waited too long goes, and what is no longer needed against repetition."""
    for data in tx.statements.drop_waiting(today - timedelta(days=WAITS)):
        said = statements.read(SignedStatement.FromString(data))
        if said.kind == statements.CONTACT:
            tx.outgoing.forget(said.values["contact_id"])
    tx.statements.purge(today - timedelta(days=REMEMBERED))
    tx.rings.purge(today - timedelta(days=REMEMBERED))


def apply(tx: LinkerTransaction, letter: LinkerLetter, today: date) -> None:
    """Do what a letter says. What does not hold is dropped, and said by a code alone."""
    try:
        if letter.HasField("registration"):
            _register(tx, letter.registration, today)
        elif letter.HasField("statement"):
            _state(tx, letter.statement, today)
    except (BadStatement, NotALink):
        log.warning("letters.refused")


def _register(tx: LinkerTransaction, said: LinkRegistration, today: date) -> None:
    """The first registration of a report stays. An address that comes with another one is not kept."""
    link = Link(said.reporter_key, said.contact_id or None)
    if len(said.ref) != statements.ID:
        raise NotALink("a ref is 16 bytes")
    tag = tx.links.tag(said.ref)
    if not tx.links.add(tag, link):
        known = tx.links.get(tag)
        if link.contact and known and known.contact != link.contact:
            tx.outgoing.forget(link.contact)
        return
    for data in tx.statements.take_waiting(tag):
        try:
            link = _change(tx, tag, link, statements.verify(SignedStatement.FromString(data), link.reporter_key))
        except (BadStatement, NotALink):
            log.warning("letters.refused")


def _state(tx: LinkerTransaction, signed: SignedStatement, today: date) -> None:
    """A statement counts once, under the key that its report was registered with."""
    said = statements.read(signed)
    if said.kind not in (statements.CONTACT, statements.CONTACT_WITHDRAWN):
        raise BadStatement("not about an address")
    tag = tx.links.tag(said.ref)
    link = tx.links.get(tag)
    if link is None:
        tx.statements.wait(said.id, tag, signed.SerializeToString(), today)
        return
    said = statements.verify(signed, link.reporter_key)
    if tx.statements.use(said.id, today):
        _change(tx, tag, link, said)


def _change(tx: LinkerTransaction, tag: bytes, link: Link, said: Statement) -> Link:
    changed = changed_by(link, said)
    if changed.link != link:
        tx.links.put(tag, changed.link)
    for contact in changed.forgotten:
        tx.outgoing.forget(contact)
    return changed.link


def changed_by(link: Link, said: Statement) -> Change:
    """A link after a statement that was verified. Raises NotALink."""
    at = int(said.at.timestamp())
    if said.kind == statements.CONTACT:
        return link.with_contact(said.values["contact_id"], at)
    return link.without_contact(at)
