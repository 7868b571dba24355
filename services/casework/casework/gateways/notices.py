"""The seal under which reporters hear from casework: one signing key a CdG, derived from casework's own."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.sealing.claims import seal_offer
from chassis.sealing.notices import seal_notice
from chassis.signing import public_half
from paravent.casework.v1.content_pb2 import Notice
from paravent.intake.v1.content_pb2 import ClaimOffer


class NoticeSigner:
    """Signs for each CdG with that CdG's key."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise ValueError("the notice key is 32 bytes")
        self._seed = seed
        self._of_cdg: dict[str, bytes] = {}

    @classmethod
    def from_hex(cls, text: str) -> "NoticeSigner":
        return cls(bytes.fromhex(text.strip()))

    def __repr__(self) -> str:
        return "NoticeSigner(•••)"

    def seal(self, notice: Notice, *, cdg_id: str, report_id: bytes, recipient: str) -> bytes:
        return seal_notice(notice, report_id=report_id, signing_seed=self._seed_of(cdg_id), recipient=recipient)

    def seal_offer(self, offer: ClaimOffer, *, cdg_id: str, report_id: bytes, recipient: str) -> bytes:
        return seal_offer(offer, report_id=report_id, signing_seed=self._seed_of(cdg_id), recipient=recipient)

    def public_key(self, cdg_id: str) -> bytes:
        """Ed25519, 32 bytes: what a key set publishes for the CdG."""
        return public_half(self._seed_of(cdg_id))

    def _seed_of(self, cdg_id: str) -> bytes:
        if cdg_id not in self._of_cdg:
            label = b"paravent/notice/v1/" + cdg_id.encode()
            self._of_cdg[cdg_id] = HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(self._seed)
        return self._of_cdg[cdg_id]
