import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SealedFile(_message.Message):
    __slots__ = ("blob", "key", "name", "media_type", "size", "sha256")
    BLOB_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    blob: str
    key: str
    name: str
    media_type: str
    size: int
    sha256: bytes
    def __init__(self, blob: _Optional[str] = ..., key: _Optional[str] = ..., name: _Optional[str] = ..., media_type: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class Answers(_message.Message):
    __slots__ = ("regime", "questionnaire", "quality", "acts", "criteria", "when", "where", "what", "implicated", "implicated_details", "danger")
    REGIME_FIELD_NUMBER: _ClassVar[int]
    QUESTIONNAIRE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    IMPLICATED_FIELD_NUMBER: _ClassVar[int]
    IMPLICATED_DETAILS_FIELD_NUMBER: _ClassVar[int]
    DANGER_FIELD_NUMBER: _ClassVar[int]
    regime: str
    questionnaire: str
    quality: str
    acts: _containers.RepeatedScalarFieldContainer[str]
    criteria: _containers.RepeatedScalarFieldContainer[str]
    when: str
    where: str
    what: str
    implicated: _containers.RepeatedScalarFieldContainer[str]
    implicated_details: str
    danger: bool
    def __init__(self, regime: _Optional[str] = ..., questionnaire: _Optional[str] = ..., quality: _Optional[str] = ..., acts: _Optional[_Iterable[str]] = ..., criteria: _Optional[_Iterable[str]] = ..., when: _Optional[str] = ..., where: _Optional[str] = ..., what: _Optional[str] = ..., implicated: _Optional[_Iterable[str]] = ..., implicated_details: _Optional[str] = ..., danger: _Optional[bool] = ...) -> None: ...

class ReportContent(_message.Message):
    __slots__ = ("ref", "member_id", "submitted_at", "answers", "reporter_recipient", "files", "identity_choice", "case_label", "known_to", "readdressed_at")
    REF_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    REPORTER_RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CHOICE_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    KNOWN_TO_FIELD_NUMBER: _ClassVar[int]
    READDRESSED_AT_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    member_id: str
    submitted_at: _timestamp_pb2.Timestamp
    answers: Answers
    reporter_recipient: str
    files: _containers.RepeatedCompositeFieldContainer[SealedFile]
    identity_choice: str
    case_label: str
    known_to: _containers.RepeatedCompositeFieldContainer[KnownTo]
    readdressed_at: _timestamp_pb2.Timestamp
    def __init__(self, ref: _Optional[bytes] = ..., member_id: _Optional[str] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answers: _Optional[_Union[Answers, _Mapping]] = ..., reporter_recipient: _Optional[str] = ..., files: _Optional[_Iterable[_Union[SealedFile, _Mapping]]] = ..., identity_choice: _Optional[str] = ..., case_label: _Optional[str] = ..., known_to: _Optional[_Iterable[_Union[KnownTo, _Mapping]]] = ..., readdressed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KnownTo(_message.Message):
    __slots__ = ("request_id", "issuer", "subject", "name", "body", "purpose", "fields", "until", "effective_at", "consent_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    issuer: str
    subject: str
    name: str
    body: str
    purpose: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    until: str
    effective_at: str
    consent_id: bytes
    def __init__(self, request_id: _Optional[bytes] = ..., issuer: _Optional[str] = ..., subject: _Optional[str] = ..., name: _Optional[str] = ..., body: _Optional[str] = ..., purpose: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., until: _Optional[str] = ..., effective_at: _Optional[str] = ..., consent_id: _Optional[bytes] = ...) -> None: ...

class ReporterCopy(_message.Message):
    __slots__ = ("ref", "member_id", "member_name", "submitted_at", "answers", "files", "identity_choice", "contact", "role", "case_label", "known_to", "former")
    REF_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_NAME_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CHOICE_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    KNOWN_TO_FIELD_NUMBER: _ClassVar[int]
    FORMER_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    member_id: str
    member_name: str
    submitted_at: _timestamp_pb2.Timestamp
    answers: Answers
    files: _containers.RepeatedCompositeFieldContainer[SealedFile]
    identity_choice: str
    contact: bool
    role: str
    case_label: str
    known_to: _containers.RepeatedCompositeFieldContainer[KnownTo]
    former: _containers.RepeatedCompositeFieldContainer[FormerWords]
    def __init__(self, ref: _Optional[bytes] = ..., member_id: _Optional[str] = ..., member_name: _Optional[str] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answers: _Optional[_Union[Answers, _Mapping]] = ..., files: _Optional[_Iterable[_Union[SealedFile, _Mapping]]] = ..., identity_choice: _Optional[str] = ..., contact: _Optional[bool] = ..., role: _Optional[str] = ..., case_label: _Optional[str] = ..., known_to: _Optional[_Iterable[_Union[KnownTo, _Mapping]]] = ..., former: _Optional[_Iterable[_Union[FormerWords, _Mapping]]] = ...) -> None: ...

class FormerWords(_message.Message):
    __slots__ = ("identity", "signing_seed", "statement_id", "replaced_at")
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    SIGNING_SEED_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_FIELD_NUMBER: _ClassVar[int]
    identity: str
    signing_seed: bytes
    statement_id: bytes
    replaced_at: _timestamp_pb2.Timestamp
    def __init__(self, identity: _Optional[str] = ..., signing_seed: _Optional[bytes] = ..., statement_id: _Optional[bytes] = ..., replaced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Replacement(_message.Message):
    __slots__ = ("ref", "member_id", "statement_id", "replaced_at", "signing_seed")
    REF_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNING_SEED_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    member_id: str
    statement_id: bytes
    replaced_at: _timestamp_pb2.Timestamp
    signing_seed: bytes
    def __init__(self, ref: _Optional[bytes] = ..., member_id: _Optional[str] = ..., statement_id: _Optional[bytes] = ..., replaced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signing_seed: _Optional[bytes] = ...) -> None: ...

class ReporterMessage(_message.Message):
    __slots__ = ("written_at", "text", "read", "answer", "name", "contact", "proceeding", "code", "recipient", "objection")
    WRITTEN_AT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    READ_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    PROCEEDING_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    OBJECTION_FIELD_NUMBER: _ClassVar[int]
    written_at: _timestamp_pb2.Timestamp
    text: str
    read: ReadReceipt
    answer: IdentityAnswer
    name: NameChange
    contact: ContactChange
    proceeding: ProceedingDecision
    code: CodeDrawn
    recipient: Readdressing
    objection: Objection
    def __init__(self, written_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ..., read: _Optional[_Union[ReadReceipt, _Mapping]] = ..., answer: _Optional[_Union[IdentityAnswer, _Mapping]] = ..., name: _Optional[_Union[NameChange, _Mapping]] = ..., contact: _Optional[_Union[ContactChange, _Mapping]] = ..., proceeding: _Optional[_Union[ProceedingDecision, _Mapping]] = ..., code: _Optional[_Union[CodeDrawn, _Mapping]] = ..., recipient: _Optional[_Union[Readdressing, _Mapping]] = ..., objection: _Optional[_Union[Objection, _Mapping]] = ...) -> None: ...

class Readdressing(_message.Message):
    __slots__ = ("recipient", "proof")
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    recipient: str
    proof: bytes
    def __init__(self, recipient: _Optional[str] = ..., proof: _Optional[bytes] = ...) -> None: ...

class Objection(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProceedingDecision(_message.Message):
    __slots__ = ("decision", "text")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    decision: str
    text: bytes
    def __init__(self, decision: _Optional[str] = ..., text: _Optional[bytes] = ...) -> None: ...

class CodeDrawn(_message.Message):
    __slots__ = ("until",)
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    until: str
    def __init__(self, until: _Optional[str] = ...) -> None: ...

class Voice(_message.Message):
    __slots__ = ("ref", "role", "proof", "recipient", "identity_choice", "joined_at", "proceeding")
    REF_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CHOICE_FIELD_NUMBER: _ClassVar[int]
    JOINED_AT_FIELD_NUMBER: _ClassVar[int]
    PROCEEDING_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    role: str
    proof: bytes
    recipient: str
    identity_choice: str
    joined_at: _timestamp_pb2.Timestamp
    proceeding: ProceedingDecision
    def __init__(self, ref: _Optional[bytes] = ..., role: _Optional[str] = ..., proof: _Optional[bytes] = ..., recipient: _Optional[str] = ..., identity_choice: _Optional[str] = ..., joined_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proceeding: _Optional[_Union[ProceedingDecision, _Mapping]] = ...) -> None: ...

class ClaimOffer(_message.Message):
    __slots__ = ("role", "ref", "member_id", "member_name", "made_at", "answers")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_NAME_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    role: str
    ref: bytes
    member_id: str
    member_name: str
    made_at: _timestamp_pb2.Timestamp
    answers: Answers
    def __init__(self, role: _Optional[str] = ..., ref: _Optional[bytes] = ..., member_id: _Optional[str] = ..., member_name: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answers: _Optional[_Union[Answers, _Mapping]] = ...) -> None: ...

class SignedOffer(_message.Message):
    __slots__ = ("offer", "signature")
    OFFER_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    offer: bytes
    signature: bytes
    def __init__(self, offer: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class IdentityAnswer(_message.Message):
    __slots__ = ("request_id", "decision", "effective_at", "consent_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    decision: str
    effective_at: str
    consent_id: bytes
    def __init__(self, request_id: _Optional[bytes] = ..., decision: _Optional[str] = ..., effective_at: _Optional[str] = ..., consent_id: _Optional[bytes] = ...) -> None: ...

class NameChange(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class ContactChange(_message.Message):
    __slots__ = ("kept",)
    KEPT_FIELD_NUMBER: _ClassVar[int]
    kept: bool
    def __init__(self, kept: _Optional[bool] = ...) -> None: ...

class ReadReceipt(_message.Message):
    __slots__ = ("notice_ids",)
    NOTICE_IDS_FIELD_NUMBER: _ClassVar[int]
    notice_ids: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, notice_ids: _Optional[_Iterable[bytes]] = ...) -> None: ...
