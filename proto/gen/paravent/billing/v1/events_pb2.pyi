from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HabilitationRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HABILITATION_ROLE_UNSPECIFIED: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_REFERENT: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_AUTHORITY_REFERENT: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_SCREENER: _ClassVar[HabilitationRole]

class LetterKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LETTER_KIND_UNSPECIFIED: _ClassVar[LetterKind]
    LETTER_KIND_CALL: _ClassVar[LetterKind]
    LETTER_KIND_CALL_REMINDER: _ClassVar[LetterKind]
    LETTER_KIND_INVOICE: _ClassVar[LetterKind]
    LETTER_KIND_PAYMENT_REMINDER: _ClassVar[LetterKind]
    LETTER_KIND_CONFIRM_REFERENTS: _ClassVar[LetterKind]
    LETTER_KIND_REFERENT_DESIGNATED: _ClassVar[LetterKind]
    LETTER_KIND_CONVENTION: _ClassVar[LetterKind]
    LETTER_KIND_QUOTE: _ClassVar[LetterKind]

class OrderStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATUS_UNSPECIFIED: _ClassVar[OrderStatus]
    ORDER_STATUS_QUOTED: _ClassVar[OrderStatus]
    ORDER_STATUS_APPROVED: _ClassVar[OrderStatus]
    ORDER_STATUS_REFUSED: _ClassVar[OrderStatus]
    ORDER_STATUS_DELIVERED: _ClassVar[OrderStatus]
    ORDER_STATUS_SETTLED: _ClassVar[OrderStatus]
    ORDER_STATUS_CANCELLED: _ClassVar[OrderStatus]
HABILITATION_ROLE_UNSPECIFIED: HabilitationRole
HABILITATION_ROLE_REFERENT: HabilitationRole
HABILITATION_ROLE_AUTHORITY_REFERENT: HabilitationRole
HABILITATION_ROLE_SCREENER: HabilitationRole
LETTER_KIND_UNSPECIFIED: LetterKind
LETTER_KIND_CALL: LetterKind
LETTER_KIND_CALL_REMINDER: LetterKind
LETTER_KIND_INVOICE: LetterKind
LETTER_KIND_PAYMENT_REMINDER: LetterKind
LETTER_KIND_CONFIRM_REFERENTS: LetterKind
LETTER_KIND_REFERENT_DESIGNATED: LetterKind
LETTER_KIND_CONVENTION: LetterKind
LETTER_KIND_QUOTE: LetterKind
ORDER_STATUS_UNSPECIFIED: OrderStatus
ORDER_STATUS_QUOTED: OrderStatus
ORDER_STATUS_APPROVED: OrderStatus
ORDER_STATUS_REFUSED: OrderStatus
ORDER_STATUS_DELIVERED: OrderStatus
ORDER_STATUS_SETTLED: OrderStatus
ORDER_STATUS_CANCELLED: OrderStatus

class MemberListed(_message.Message):
    __slots__ = ("member_id", "version", "name", "siren", "insee_code", "department", "cdg_id", "cdg_name", "from_day", "until_day", "cdg_contact", "mail_domains", "time_zone")
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIREN_FIELD_NUMBER: _ClassVar[int]
    INSEE_CODE_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_NAME_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    CDG_CONTACT_FIELD_NUMBER: _ClassVar[int]
    MAIL_DOMAINS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    member_id: str
    version: int
    name: str
    siren: str
    insee_code: str
    department: str
    cdg_id: str
    cdg_name: str
    from_day: str
    until_day: str
    cdg_contact: str
    mail_domains: _containers.RepeatedScalarFieldContainer[str]
    time_zone: str
    def __init__(self, member_id: _Optional[str] = ..., version: _Optional[int] = ..., name: _Optional[str] = ..., siren: _Optional[str] = ..., insee_code: _Optional[str] = ..., department: _Optional[str] = ..., cdg_id: _Optional[str] = ..., cdg_name: _Optional[str] = ..., from_day: _Optional[str] = ..., until_day: _Optional[str] = ..., cdg_contact: _Optional[str] = ..., mail_domains: _Optional[_Iterable[str]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class MembershipChanged(_message.Message):
    __slots__ = ("member_id", "version", "name", "cdg_id", "size_band", "from_day", "until_day", "cdg_name", "time_zone")
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BAND_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    CDG_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    member_id: str
    version: int
    name: str
    cdg_id: str
    size_band: str
    from_day: str
    until_day: str
    cdg_name: str
    time_zone: str
    def __init__(self, member_id: _Optional[str] = ..., version: _Optional[int] = ..., name: _Optional[str] = ..., cdg_id: _Optional[str] = ..., size_band: _Optional[str] = ..., from_day: _Optional[str] = ..., until_day: _Optional[str] = ..., cdg_name: _Optional[str] = ..., time_zone: _Optional[str] = ...) -> None: ...

class HabilitationBound(_message.Message):
    __slots__ = ("habilitation_id", "version", "person_id", "issuer", "subject", "display_name", "role", "cdg_id", "member_id", "valid_from", "valid_until")
    HABILITATION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    habilitation_id: str
    version: int
    person_id: str
    issuer: str
    subject: str
    display_name: str
    role: HabilitationRole
    cdg_id: str
    member_id: str
    valid_from: str
    valid_until: str
    def __init__(self, habilitation_id: _Optional[str] = ..., version: _Optional[int] = ..., person_id: _Optional[str] = ..., issuer: _Optional[str] = ..., subject: _Optional[str] = ..., display_name: _Optional[str] = ..., role: _Optional[_Union[HabilitationRole, str]] = ..., cdg_id: _Optional[str] = ..., member_id: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ...) -> None: ...

class ReferentListed(_message.Message):
    __slots__ = ("habilitation_id", "version", "member_id", "cdg_id", "issuer", "subject", "display_name", "function", "body", "role", "valid_from", "valid_until")
    HABILITATION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    habilitation_id: str
    version: int
    member_id: str
    cdg_id: str
    issuer: str
    subject: str
    display_name: str
    function: str
    body: str
    role: HabilitationRole
    valid_from: str
    valid_until: str
    def __init__(self, habilitation_id: _Optional[str] = ..., version: _Optional[int] = ..., member_id: _Optional[str] = ..., cdg_id: _Optional[str] = ..., issuer: _Optional[str] = ..., subject: _Optional[str] = ..., display_name: _Optional[str] = ..., function: _Optional[str] = ..., body: _Optional[str] = ..., role: _Optional[_Union[HabilitationRole, str]] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ...) -> None: ...

class ContactChanged(_message.Message):
    __slots__ = ("person_id", "version", "email")
    PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    person_id: str
    version: int
    email: str
    def __init__(self, person_id: _Optional[str] = ..., version: _Optional[int] = ..., email: _Optional[str] = ...) -> None: ...

class InvitationIssued(_message.Message):
    __slots__ = ("person_id", "token")
    PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    person_id: str
    token: str
    def __init__(self, person_id: _Optional[str] = ..., token: _Optional[str] = ...) -> None: ...

class LetterAsked(_message.Message):
    __slots__ = ("person_id", "kind", "token")
    PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    person_id: str
    kind: LetterKind
    token: str
    def __init__(self, person_id: _Optional[str] = ..., kind: _Optional[_Union[LetterKind, str]] = ..., token: _Optional[str] = ...) -> None: ...

class PriceListPublished(_message.Message):
    __slots__ = ("cdg_id", "version", "services")
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    cdg_id: str
    version: int
    services: _containers.RepeatedCompositeFieldContainer[PricedService]
    def __init__(self, cdg_id: _Optional[str] = ..., version: _Optional[int] = ..., services: _Optional[_Iterable[_Union[PricedService, _Mapping]]] = ...) -> None: ...

class PricedService(_message.Message):
    __slots__ = ("code", "label", "unit", "price", "vat_rate", "contains", "hearings_from", "hearings_to")
    class ContainsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    VAT_RATE_FIELD_NUMBER: _ClassVar[int]
    CONTAINS_FIELD_NUMBER: _ClassVar[int]
    HEARINGS_FROM_FIELD_NUMBER: _ClassVar[int]
    HEARINGS_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    label: str
    unit: str
    price: str
    vat_rate: str
    contains: _containers.ScalarMap[str, int]
    hearings_from: int
    hearings_to: int
    def __init__(self, code: _Optional[str] = ..., label: _Optional[str] = ..., unit: _Optional[str] = ..., price: _Optional[str] = ..., vat_rate: _Optional[str] = ..., contains: _Optional[_Mapping[str, int]] = ..., hearings_from: _Optional[int] = ..., hearings_to: _Optional[int] = ...) -> None: ...

class OrderProgressed(_message.Message):
    __slots__ = ("order_id", "version", "status")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    version: int
    status: OrderStatus
    def __init__(self, order_id: _Optional[str] = ..., version: _Optional[int] = ..., status: _Optional[_Union[OrderStatus, str]] = ...) -> None: ...

class PublicMember(_message.Message):
    __slots__ = ("member_id", "siren", "name", "insee_code", "department", "cdg_id")
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    SIREN_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSEE_CODE_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    member_id: str
    siren: str
    name: str
    insee_code: str
    department: str
    cdg_id: str
    def __init__(self, member_id: _Optional[str] = ..., siren: _Optional[str] = ..., name: _Optional[str] = ..., insee_code: _Optional[str] = ..., department: _Optional[str] = ..., cdg_id: _Optional[str] = ...) -> None: ...

class MembershipActivated(_message.Message):
    __slots__ = ("member", "from_day", "until_day")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    member: PublicMember
    from_day: str
    until_day: str
    def __init__(self, member: _Optional[_Union[PublicMember, _Mapping]] = ..., from_day: _Optional[str] = ..., until_day: _Optional[str] = ...) -> None: ...

class MembershipEnded(_message.Message):
    __slots__ = ("member", "until_day", "cause")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    member: PublicMember
    until_day: str
    cause: str
    def __init__(self, member: _Optional[_Union[PublicMember, _Mapping]] = ..., until_day: _Optional[str] = ..., cause: _Optional[str] = ...) -> None: ...

class ReferentDesignated(_message.Message):
    __slots__ = ("member", "from_day")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    member: PublicMember
    from_day: str
    def __init__(self, member: _Optional[_Union[PublicMember, _Mapping]] = ..., from_day: _Optional[str] = ...) -> None: ...

class CallIssued(_message.Message):
    __slots__ = ("member", "call_id", "year", "first_day", "last_day")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    member: PublicMember
    call_id: str
    year: int
    first_day: str
    last_day: str
    def __init__(self, member: _Optional[_Union[PublicMember, _Mapping]] = ..., call_id: _Optional[str] = ..., year: _Optional[int] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ...) -> None: ...

class InvoiceIssued(_message.Message):
    __slots__ = ("member", "invoice_id", "number", "kind", "issued_on", "due_on", "net_cents", "tax_cents")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    INVOICE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ISSUED_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    NET_CENTS_FIELD_NUMBER: _ClassVar[int]
    TAX_CENTS_FIELD_NUMBER: _ClassVar[int]
    member: PublicMember
    invoice_id: str
    number: str
    kind: str
    issued_on: str
    due_on: str
    net_cents: int
    tax_cents: int
    def __init__(self, member: _Optional[_Union[PublicMember, _Mapping]] = ..., invoice_id: _Optional[str] = ..., number: _Optional[str] = ..., kind: _Optional[str] = ..., issued_on: _Optional[str] = ..., due_on: _Optional[str] = ..., net_cents: _Optional[int] = ..., tax_cents: _Optional[int] = ...) -> None: ...
