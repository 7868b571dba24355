from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReporterServiceViewRequest(_message.Message):
    __slots__ = ("query",)
    QUERY_FIELD_NUMBER: _ClassVar[int]
    query: bytes
    def __init__(self, query: _Optional[bytes] = ...) -> None: ...

class ReporterServiceViewResponse(_message.Message):
    __slots__ = ("view",)
    VIEW_FIELD_NUMBER: _ClassVar[int]
    view: bytes
    def __init__(self, view: _Optional[bytes] = ...) -> None: ...

class ReporterQuery(_message.Message):
    __slots__ = ("ref", "reply_to")
    REF_FIELD_NUMBER: _ClassVar[int]
    REPLY_TO_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    reply_to: str
    def __init__(self, ref: _Optional[bytes] = ..., reply_to: _Optional[str] = ...) -> None: ...

class ReporterView(_message.Message):
    __slots__ = ("entries", "named", "name_withdrawn")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NAMED_FIELD_NUMBER: _ClassVar[int]
    NAME_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[ReporterEntry]
    named: bool
    name_withdrawn: bool
    def __init__(self, entries: _Optional[_Iterable[_Union[ReporterEntry, _Mapping]]] = ..., named: _Optional[bool] = ..., name_withdrawn: _Optional[bool] = ...) -> None: ...

class ReporterEntry(_message.Message):
    __slots__ = ("consent_id", "kind", "state", "addressee_name", "addressee_body", "purpose", "case_label", "fields", "signed_at", "effective_at", "valid_until", "disclosed_at", "explanation")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ADDRESSEE_NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESSEE_BODY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DISCLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    consent_id: bytes
    kind: str
    state: str
    addressee_name: str
    addressee_body: str
    purpose: str
    case_label: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    signed_at: str
    effective_at: str
    valid_until: str
    disclosed_at: str
    explanation: str
    def __init__(self, consent_id: _Optional[bytes] = ..., kind: _Optional[str] = ..., state: _Optional[str] = ..., addressee_name: _Optional[str] = ..., addressee_body: _Optional[str] = ..., purpose: _Optional[str] = ..., case_label: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., signed_at: _Optional[str] = ..., effective_at: _Optional[str] = ..., valid_until: _Optional[str] = ..., disclosed_at: _Optional[str] = ..., explanation: _Optional[str] = ...) -> None: ...
