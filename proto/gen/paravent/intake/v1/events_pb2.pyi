from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class ReportSubmitted(_message.Message):
    __slots__ = ("report_id", "cdg_id", "key_period", "envelope")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_PERIOD_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    report_id: bytes
    cdg_id: str
    key_period: str
    envelope: bytes
    def __init__(self, report_id: _Optional[bytes] = ..., cdg_id: _Optional[str] = ..., key_period: _Optional[str] = ..., envelope: _Optional[bytes] = ...) -> None: ...

class ReporterSpoke(_message.Message):
    __slots__ = ("report_id", "cdg_id", "key_period", "message_id", "envelope")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_PERIOD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    report_id: bytes
    cdg_id: str
    key_period: str
    message_id: bytes
    envelope: bytes
    def __init__(self, report_id: _Optional[bytes] = ..., cdg_id: _Optional[str] = ..., key_period: _Optional[str] = ..., message_id: _Optional[bytes] = ..., envelope: _Optional[bytes] = ...) -> None: ...

class VoiceJoined(_message.Message):
    __slots__ = ("report_id", "joins", "cdg_id", "key_period", "envelope")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    JOINS_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_PERIOD_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    report_id: bytes
    joins: bytes
    cdg_id: str
    key_period: str
    envelope: bytes
    def __init__(self, report_id: _Optional[bytes] = ..., joins: _Optional[bytes] = ..., cdg_id: _Optional[str] = ..., key_period: _Optional[str] = ..., envelope: _Optional[bytes] = ...) -> None: ...
