from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HabilitationRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HABILITATION_ROLE_UNSPECIFIED: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_REFERENT: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_AUTHORITY_REFERENT: _ClassVar[HabilitationRole]
    HABILITATION_ROLE_SCREENER: _ClassVar[HabilitationRole]
HABILITATION_ROLE_UNSPECIFIED: HabilitationRole
HABILITATION_ROLE_REFERENT: HabilitationRole
HABILITATION_ROLE_AUTHORITY_REFERENT: HabilitationRole
HABILITATION_ROLE_SCREENER: HabilitationRole

class MemberListed(_message.Message):
    __slots__ = ("member_id", "version", "name", "siren", "insee_code", "department", "cdg_id", "cdg_name", "from_day", "until_day", "cdg_contact", "mail_domains")
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
    def __init__(self, member_id: _Optional[str] = ..., version: _Optional[int] = ..., name: _Optional[str] = ..., siren: _Optional[str] = ..., insee_code: _Optional[str] = ..., department: _Optional[str] = ..., cdg_id: _Optional[str] = ..., cdg_name: _Optional[str] = ..., from_day: _Optional[str] = ..., until_day: _Optional[str] = ..., cdg_contact: _Optional[str] = ..., mail_domains: _Optional[_Iterable[str]] = ...) -> None: ...

class MembershipChanged(_message.Message):
    __slots__ = ("member_id", "version", "name", "cdg_id", "size_band", "from_day", "until_day", "cdg_name")
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BAND_FIELD_NUMBER: _ClassVar[int]
    FROM_DAY_FIELD_NUMBER: _ClassVar[int]
    UNTIL_DAY_FIELD_NUMBER: _ClassVar[int]
    CDG_NAME_FIELD_NUMBER: _ClassVar[int]
    member_id: str
    version: int
    name: str
    cdg_id: str
    size_band: str
    from_day: str
    until_day: str
    cdg_name: str
    def __init__(self, member_id: _Optional[str] = ..., version: _Optional[int] = ..., name: _Optional[str] = ..., cdg_id: _Optional[str] = ..., size_band: _Optional[str] = ..., from_day: _Optional[str] = ..., until_day: _Optional[str] = ..., cdg_name: _Optional[str] = ...) -> None: ...

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
