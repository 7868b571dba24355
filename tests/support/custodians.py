"""What custodians do, for tests of the verifier: orders written, signed by two bodies, carried out."""

from dataclasses import dataclass, field
from typing import Any

from chassis.sealing import age, padding
from paravent.identity_vault.v1 import custody_pb2 as wire
from paravent.identity_vault.v1.order_pb2 import DemandToken
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer

FIRST, SECOND, COLLEAGUE = "gardien-1", "gardien-2", "gardien-3"
AUTHORITY = age.new_identity()


def custodian_rows(issuer: str) -> list[dict[str, str]]:
    """As the settings say: three persons of two bodies."""
    named = [(FIRST, "Consortium"), (SECOND, "Tiers de confiance"), (COLLEAGUE, "Consortium")]
    return [{"issuer": issuer, "subject": subject, "name": subject, "body": body} for subject, body in named]


@dataclass
class Custodians:
    """What custodians do, as the discloser passes it on."""

    world: Any
    keys: dict[str, Any] = field(default_factory=dict)

    def block(self, ref: bytes, label: str = "K7Q-4F2", recipient: str = "") -> bytes:
        token = DemandToken(ref=ref, case_label=label, regime="avdhas", issued_on="2026-11-24", token_id=bytes(16))
        padded = padding.pad(token.SerializeToString(), 512)
        return age.seal_fixed(recipient or self.world.frames.verifier, padded, 1152)

    def create(self, block: bytes, subject: str = FIRST, **changes: str) -> str:
        order = {
            "basis": "requisition",
            "reference": "Réquisition 12/2026",
            "authority": "Parquet d’exemple",
            "dated": "2026-11-20",
            "recipient": AUTHORITY.recipient,
            "notice": "now",
        } | changes
        request = wire.CreateOrderRequest(id_token=self.world.token(subject), order=wire.Order(**order), block=block)
        return self.world.custody.CreateOrder(request).handle

    def orders(self, subject: str = FIRST) -> list[Any]:
        return list(self.world.custody.ListOrders(wire.ListOrdersRequest(id_token=self.world.token(subject))).orders)

    def sign(self, handle: str, subject: str) -> str:
        request = wire.BeginSignatureRequest(id_token=self.world.token(subject), handle=handle)
        assertion = self.keys[subject].get(self.world.custody.BeginSignature(request).options)
        return self.send(handle, subject, assertion)

    def send(self, handle: str, subject: str, assertion: str) -> str:
        request = wire.SignOrderRequest(id_token=self.world.token(subject), handle=handle, assertion=assertion)
        return self.world.custody.SignOrder(request).state

    def carry_out(self, handle: str, subject: str = SECOND) -> Any:
        return self.world.custody.CarryOut(wire.CarryOutRequest(id_token=self.world.token(subject), handle=handle))

    def signed(self, ref: bytes, **changes: str) -> str:
        handle = self.create(self.block(ref), **changes)
        self.sign(handle, FIRST)
        assert self.sign(handle, SECOND) == "signed"
        return handle

    def open(self, begun: Any) -> DiscloserLayer:
        removed = self.world.remove(begun.disclosure_id, self.world.read(begun))
        secret = self.world._discloser_keys.secret("2026")
        return DiscloserLayer.FromString(age.open_fixed(secret, removed.inner))

    @classmethod
    def of(cls, world: Any) -> "Custodians":
        """With a passkey each that may be used."""
        made = cls(world)
        for subject in (FIRST, SECOND, COLLEAGUE):
            made.keys[subject] = world.ready(subject)
        return made
