from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransportLayer(_message.Message):
    __slots__ = ("version", "locator", "sealed_record", "to_verifier", "to_linker", "to_courier")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LOCATOR_FIELD_NUMBER: _ClassVar[int]
    SEALED_RECORD_FIELD_NUMBER: _ClassVar[int]
    TO_VERIFIER_FIELD_NUMBER: _ClassVar[int]
    TO_LINKER_FIELD_NUMBER: _ClassVar[int]
    TO_COURIER_FIELD_NUMBER: _ClassVar[int]
    version: int
    locator: bytes
    sealed_record: bytes
    to_verifier: bytes
    to_linker: bytes
    to_courier: bytes
    def __init__(self, version: _Optional[int] = ..., locator: _Optional[bytes] = ..., sealed_record: _Optional[bytes] = ..., to_verifier: _Optional[bytes] = ..., to_linker: _Optional[bytes] = ..., to_courier: _Optional[bytes] = ...) -> None: ...

class VerifierLetter(_message.Message):
    __slots__ = ("registration", "statement")
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    registration: Registration
    statement: SignedStatement
    def __init__(self, registration: _Optional[_Union[Registration, _Mapping]] = ..., statement: _Optional[_Union[SignedStatement, _Mapping]] = ...) -> None: ...

class LinkerLetter(_message.Message):
    __slots__ = ("registration", "statement")
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    registration: LinkRegistration
    statement: SignedStatement
    def __init__(self, registration: _Optional[_Union[LinkRegistration, _Mapping]] = ..., statement: _Optional[_Union[SignedStatement, _Mapping]] = ...) -> None: ...

class CourierLetter(_message.Message):
    __slots__ = ("address", "call_back")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CALL_BACK_FIELD_NUMBER: _ClassVar[int]
    address: ContactAddress
    call_back: CallBack
    def __init__(self, address: _Optional[_Union[ContactAddress, _Mapping]] = ..., call_back: _Optional[_Union[CallBack, _Mapping]] = ...) -> None: ...

class Registration(_message.Message):
    __slots__ = ("ref", "reporter_key")
    REF_FIELD_NUMBER: _ClassVar[int]
    REPORTER_KEY_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    reporter_key: bytes
    def __init__(self, ref: _Optional[bytes] = ..., reporter_key: _Optional[bytes] = ...) -> None: ...

class LinkRegistration(_message.Message):
    __slots__ = ("ref", "reporter_key", "contact_id")
    REF_FIELD_NUMBER: _ClassVar[int]
    REPORTER_KEY_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    reporter_key: bytes
    contact_id: bytes
    def __init__(self, ref: _Optional[bytes] = ..., reporter_key: _Optional[bytes] = ..., contact_id: _Optional[bytes] = ...) -> None: ...

class ContactAddress(_message.Message):
    __slots__ = ("contact_id", "email")
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    contact_id: bytes
    email: str
    def __init__(self, contact_id: _Optional[bytes] = ..., email: _Optional[str] = ...) -> None: ...

class CallBack(_message.Message):
    __slots__ = ("ticket", "phone", "cdg_id", "hour", "means")
    TICKET_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    HOUR_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    ticket: bytes
    phone: str
    cdg_id: str
    hour: str
    means: str
    def __init__(self, ticket: _Optional[bytes] = ..., phone: _Optional[str] = ..., cdg_id: _Optional[str] = ..., hour: _Optional[str] = ..., means: _Optional[str] = ...) -> None: ...

class SignedStatement(_message.Message):
    __slots__ = ("statement", "signature")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    statement: bytes
    signature: bytes
    def __init__(self, statement: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

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
