from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class DemandToken(_message.Message):
    __slots__ = ("ref", "case_label", "regime", "issued_on", "token_id")
    REF_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    REGIME_FIELD_NUMBER: _ClassVar[int]
    ISSUED_ON_FIELD_NUMBER: _ClassVar[int]
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    case_label: str
    regime: str
    issued_on: str
    token_id: bytes
    def __init__(self, ref: _Optional[bytes] = ..., case_label: _Optional[str] = ..., regime: _Optional[str] = ..., issued_on: _Optional[str] = ..., token_id: _Optional[bytes] = ...) -> None: ...
