from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AttentionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ATTENTION_REASON_UNSPECIFIED: _ClassVar[AttentionReason]
    ATTENTION_REASON_TO_SCREEN: _ClassVar[AttentionReason]
    ATTENTION_REASON_NEW_CASE: _ClassVar[AttentionReason]
    ATTENTION_REASON_NEW_MESSAGE: _ClassVar[AttentionReason]
    ATTENTION_REASON_DEADLINE: _ClassVar[AttentionReason]
    ATTENTION_REASON_IDENTITY_ANSWER: _ClassVar[AttentionReason]
ATTENTION_REASON_UNSPECIFIED: AttentionReason
ATTENTION_REASON_TO_SCREEN: AttentionReason
ATTENTION_REASON_NEW_CASE: AttentionReason
ATTENTION_REASON_NEW_MESSAGE: AttentionReason
ATTENTION_REASON_DEADLINE: AttentionReason
ATTENTION_REASON_IDENTITY_ANSWER: AttentionReason

class CaseOpened(_message.Message):
    __slots__ = ("report_id",)
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    report_id: bytes
    def __init__(self, report_id: _Optional[bytes] = ...) -> None: ...

class ReporterNotified(_message.Message):
    __slots__ = ("report_id", "notice_id", "envelope")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_ID_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    report_id: bytes
    notice_id: bytes
    envelope: bytes
    def __init__(self, report_id: _Optional[bytes] = ..., notice_id: _Optional[bytes] = ..., envelope: _Optional[bytes] = ...) -> None: ...

class AttentionNeeded(_message.Message):
    __slots__ = ("person_id", "reason")
    PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    person_id: str
    reason: AttentionReason
    def __init__(self, person_id: _Optional[str] = ..., reason: _Optional[_Union[AttentionReason, str]] = ...) -> None: ...

class FiguresChanged(_message.Message):
    __slots__ = ("deltas",)
    DELTAS_FIELD_NUMBER: _ClassVar[int]
    deltas: _containers.RepeatedCompositeFieldContainer[FigureDelta]
    def __init__(self, deltas: _Optional[_Iterable[_Union[FigureDelta, _Mapping]]] = ...) -> None: ...

class FigureDelta(_message.Message):
    __slots__ = ("month", "act", "size_band", "delta")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BAND_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    month: str
    act: str
    size_band: str
    delta: int
    def __init__(self, month: _Optional[str] = ..., act: _Optional[str] = ..., size_band: _Optional[str] = ..., delta: _Optional[int] = ...) -> None: ...

class KeySetPublished(_message.Message):
    __slots__ = ("signed_key_set",)
    SIGNED_KEY_SET_FIELD_NUMBER: _ClassVar[int]
    signed_key_set: bytes
    def __init__(self, signed_key_set: _Optional[bytes] = ...) -> None: ...

class ClaimOffered(_message.Message):
    __slots__ = ("claim_id", "report_id", "cdg_id", "envelope", "until_day")
    CLAIM_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    claim_id: bytes
    report_id: bytes
    cdg_id: str
    envelope: bytes
    until_day: str
    def __init__(self, claim_id: _Optional[bytes] = ..., report_id: _Optional[bytes] = ..., cdg_id: _Optional[str] = ..., envelope: _Optional[bytes] = ..., until_day: _Optional[str] = ...) -> None: ...

class ServiceRequested(_message.Message):
    __slots__ = ("order_id", "cdg_id", "member_id", "services", "by_cdg", "price_list")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    BY_CDG_FIELD_NUMBER: _ClassVar[int]
    PRICE_LIST_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    cdg_id: str
    member_id: str
    services: _containers.RepeatedCompositeFieldContainer[RequestedService]
    by_cdg: bool
    price_list: int
    def __init__(self, order_id: _Optional[str] = ..., cdg_id: _Optional[str] = ..., member_id: _Optional[str] = ..., services: _Optional[_Iterable[_Union[RequestedService, _Mapping]]] = ..., by_cdg: _Optional[bool] = ..., price_list: _Optional[int] = ...) -> None: ...

class RequestedService(_message.Message):
    __slots__ = ("code", "quantity")
    CODE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    code: str
    quantity: str
    def __init__(self, code: _Optional[str] = ..., quantity: _Optional[str] = ...) -> None: ...

class ReportsCounted(_message.Message):
    __slots__ = ("cdg_id", "year", "reports")
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    cdg_id: str
    year: int
    reports: int
    def __init__(self, cdg_id: _Optional[str] = ..., year: _Optional[int] = ..., reports: _Optional[int] = ...) -> None: ...
