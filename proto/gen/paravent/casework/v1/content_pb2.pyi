import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SignedNotice(_message.Message):
    __slots__ = ("notice", "signature")
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    notice: bytes
    signature: bytes
    def __init__(self, notice: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("notice_id", "ref", "written_at", "message", "status", "read", "identity_request")
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_AT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    READ_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_REQUEST_FIELD_NUMBER: _ClassVar[int]
    notice_id: bytes
    ref: bytes
    written_at: _timestamp_pb2.Timestamp
    message: HandlerMessage
    status: StatusChange
    read: MessagesRead
    identity_request: IdentityRequest
    def __init__(self, notice_id: _Optional[bytes] = ..., ref: _Optional[bytes] = ..., written_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., message: _Optional[_Union[HandlerMessage, _Mapping]] = ..., status: _Optional[_Union[StatusChange, _Mapping]] = ..., read: _Optional[_Union[MessagesRead, _Mapping]] = ..., identity_request: _Optional[_Union[IdentityRequest, _Mapping]] = ...) -> None: ...

class IdentityRequest(_message.Message):
    __slots__ = ("request_id", "issuer", "subject", "name", "body", "purpose", "reason", "fields", "case_label", "until", "regime", "given_at_filing")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REGIME_FIELD_NUMBER: _ClassVar[int]
    GIVEN_AT_FILING_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    issuer: str
    subject: str
    name: str
    body: str
    purpose: str
    reason: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    case_label: str
    until: str
    regime: str
    given_at_filing: bool
    def __init__(self, request_id: _Optional[bytes] = ..., issuer: _Optional[str] = ..., subject: _Optional[str] = ..., name: _Optional[str] = ..., body: _Optional[str] = ..., purpose: _Optional[str] = ..., reason: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., case_label: _Optional[str] = ..., until: _Optional[str] = ..., regime: _Optional[str] = ..., given_at_filing: _Optional[bool] = ...) -> None: ...

class HandlerMessage(_message.Message):
    __slots__ = ("author", "text")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    author: str
    text: str
    def __init__(self, author: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class StatusChange(_message.Message):
    __slots__ = ("status", "explanation")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    status: str
    explanation: str
    def __init__(self, status: _Optional[str] = ..., explanation: _Optional[str] = ...) -> None: ...

class MessagesRead(_message.Message):
    __slots__ = ("message_ids",)
    MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    message_ids: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, message_ids: _Optional[_Iterable[bytes]] = ...) -> None: ...
