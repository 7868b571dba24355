from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransportLayer(_message.Message):
    __slots__ = ("version", "locator", "sealed_record")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LOCATOR_FIELD_NUMBER: _ClassVar[int]
    SEALED_RECORD_FIELD_NUMBER: _ClassVar[int]
    version: int
    locator: bytes
    sealed_record: bytes
    def __init__(self, version: _Optional[int] = ..., locator: _Optional[bytes] = ..., sealed_record: _Optional[bytes] = ...) -> None: ...

class VerifierLayer(_message.Message):
    __slots__ = ("version", "ref", "reporter_key", "inner")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    REPORTER_KEY_FIELD_NUMBER: _ClassVar[int]
    INNER_FIELD_NUMBER: _ClassVar[int]
    version: int
    ref: bytes
    reporter_key: bytes
    inner: bytes
    def __init__(self, version: _Optional[int] = ..., ref: _Optional[bytes] = ..., reporter_key: _Optional[bytes] = ..., inner: _Optional[bytes] = ...) -> None: ...

class DiscloserLayer(_message.Message):
    __slots__ = ("version", "ref", "identity", "padding")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    PADDING_FIELD_NUMBER: _ClassVar[int]
    version: int
    ref: bytes
    identity: Identity
    padding: bytes
    def __init__(self, version: _Optional[int] = ..., ref: _Optional[bytes] = ..., identity: _Optional[_Union[Identity, _Mapping]] = ..., padding: _Optional[bytes] = ...) -> None: ...

class Identity(_message.Message):
    __slots__ = ("given_name", "family_name", "position", "department", "phone", "email")
    GIVEN_NAME_FIELD_NUMBER: _ClassVar[int]
    FAMILY_NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    given_name: str
    family_name: str
    position: str
    department: str
    phone: str
    email: str
    def __init__(self, given_name: _Optional[str] = ..., family_name: _Optional[str] = ..., position: _Optional[str] = ..., department: _Optional[str] = ..., phone: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...
