from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class SealRequest(_message.Message):
    __slots__ = ("record", "key_period")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    KEY_PERIOD_FIELD_NUMBER: _ClassVar[int]
    record: bytes
    key_period: str
    def __init__(self, record: _Optional[bytes] = ..., key_period: _Optional[str] = ...) -> None: ...

class SealResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetKeySetRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetKeySetResponse(_message.Message):
    __slots__ = ("signed_key_set",)
    SIGNED_KEY_SET_FIELD_NUMBER: _ClassVar[int]
    signed_key_set: bytes
    def __init__(self, signed_key_set: _Optional[bytes] = ...) -> None: ...
