"""Judicial demands: the block of text that a handler gives to custodians. It opens for identity-vault's verifier alone.

Whoever carries it learns neither the report nor the member nor the provider from it: every block has the same size.
"""

import base64
import binascii
import textwrap

from google.protobuf.message import DecodeError

from chassis.sealing import age, padding
from paravent.identity_vault.v1.order_pb2 import DemandToken

# Bytes: the padded token, and the frame around its ciphertext.
PADDED = 512
FRAME = 1152
_FIRST = "-----DEMANDE JUDICIAIRE PARAVENT-----"
_LAST = "-----FIN DE LA DEMANDE-----"


class NotABlock(ValueError):
    """The text is not such a block."""


def write_block(token: DemandToken, verifier: str) -> str:
    """The block, as lines of text. `verifier`: age recipient. Raises ValueError for a token that is too long."""
    padded = padding.pad(token.SerializeToString(deterministic=True), PADDED)
    frame = age.seal_fixed(verifier, padded, FRAME)
    return "\n".join([_FIRST, *textwrap.wrap(base64.b64encode(frame).decode(), 64), _LAST])


def read_frame(block: str) -> bytes:
    """The frame (1,152 bytes) that a block carries, whatever a mail program did to its lines. Raises NotABlock."""
    before, first, rest = block.partition(_FIRST)
    inside, last, after = rest.partition(_LAST)
    if not first or not last or before.strip() or after.strip():
        raise NotABlock("its first or last line is missing")
    try:
        frame = base64.b64decode("".join(inside.split()), validate=True)
    except binascii.Error:
        raise NotABlock("its lines were changed") from None
    if len(frame) != FRAME:
        raise NotABlock("it has a wrong size")
    return frame


def open_frame(frame: bytes, secret: str) -> DemandToken:
    """The verifier's: the token inside. Raises CannotOpen."""
    try:
        return DemandToken.FromString(padding.unpad(age.open_fixed(secret, frame)))
    except (DecodeError, ValueError):
        raise age.CannotOpen("not a demand") from None
