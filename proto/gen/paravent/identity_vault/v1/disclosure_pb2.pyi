from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListConsentsRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class ListConsentsResponse(_message.Message):
    __slots__ = ("consents", "passkey_ready", "passkey_ready_at")
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    PASSKEY_READY_FIELD_NUMBER: _ClassVar[int]
    PASSKEY_READY_AT_FIELD_NUMBER: _ClassVar[int]
    consents: _containers.RepeatedCompositeFieldContainer[ConsentSummary]
    passkey_ready: bool
    passkey_ready_at: str
    def __init__(self, consents: _Optional[_Iterable[_Union[ConsentSummary, _Mapping]]] = ..., passkey_ready: _Optional[bool] = ..., passkey_ready_at: _Optional[str] = ...) -> None: ...

class ConsentSummary(_message.Message):
    __slots__ = ("handle", "addressee_name", "addressee_body", "purpose", "case_label", "fields", "signed_at", "effective_at", "valid_until", "state", "regime")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ADDRESSEE_NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESSEE_BODY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REGIME_FIELD_NUMBER: _ClassVar[int]
    handle: str
    addressee_name: str
    addressee_body: str
    purpose: str
    case_label: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    signed_at: str
    effective_at: str
    valid_until: str
    state: str
    regime: str
    def __init__(self, handle: _Optional[str] = ..., addressee_name: _Optional[str] = ..., addressee_body: _Optional[str] = ..., purpose: _Optional[str] = ..., case_label: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., signed_at: _Optional[str] = ..., effective_at: _Optional[str] = ..., valid_until: _Optional[str] = ..., state: _Optional[str] = ..., regime: _Optional[str] = ...) -> None: ...

class BeginDisclosureRequest(_message.Message):
    __slots__ = ("id_token", "handle", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class BeginDisclosureResponse(_message.Message):
    __slots__ = ("disclosure_id", "paths")
    DISCLOSURE_ID_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    disclosure_id: bytes
    paths: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, disclosure_id: _Optional[bytes] = ..., paths: _Optional[_Iterable[str]] = ...) -> None: ...

class ApproveReadsRequest(_message.Message):
    __slots__ = ("disclosure_id", "accessors")
    DISCLOSURE_ID_FIELD_NUMBER: _ClassVar[int]
    ACCESSORS_FIELD_NUMBER: _ClassVar[int]
    disclosure_id: bytes
    accessors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, disclosure_id: _Optional[bytes] = ..., accessors: _Optional[_Iterable[str]] = ...) -> None: ...

class ApproveReadsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RemoveLayerRequest(_message.Message):
    __slots__ = ("disclosure_id", "records")
    DISCLOSURE_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    disclosure_id: bytes
    records: _containers.RepeatedCompositeFieldContainer[StoredRecord]
    def __init__(self, disclosure_id: _Optional[bytes] = ..., records: _Optional[_Iterable[_Union[StoredRecord, _Mapping]]] = ...) -> None: ...

class StoredRecord(_message.Message):
    __slots__ = ("path", "body")
    PATH_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    path: str
    body: bytes
    def __init__(self, path: _Optional[str] = ..., body: _Optional[bytes] = ...) -> None: ...

class RemoveLayerResponse(_message.Message):
    __slots__ = ("inner", "ref", "consent")
    INNER_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    inner: bytes
    ref: bytes
    consent: ConsentSummary
    def __init__(self, inner: _Optional[bytes] = ..., ref: _Optional[bytes] = ..., consent: _Optional[_Union[ConsentSummary, _Mapping]] = ...) -> None: ...

class BeginRegistrationRequest(_message.Message):
    __slots__ = ("id_token", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class BeginRegistrationResponse(_message.Message):
    __slots__ = ("options",)
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    options: str
    def __init__(self, options: _Optional[str] = ...) -> None: ...

class FinishRegistrationRequest(_message.Message):
    __slots__ = ("id_token", "credential")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    credential: str
    def __init__(self, id_token: _Optional[str] = ..., credential: _Optional[str] = ...) -> None: ...

class FinishRegistrationResponse(_message.Message):
    __slots__ = ("ready_at",)
    READY_AT_FIELD_NUMBER: _ClassVar[int]
    ready_at: str
    def __init__(self, ready_at: _Optional[str] = ...) -> None: ...

class BeginAssertionRequest(_message.Message):
    __slots__ = ("id_token", "purpose")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    purpose: str
    def __init__(self, id_token: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class BeginAssertionResponse(_message.Message):
    __slots__ = ("options",)
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    options: str
    def __init__(self, options: _Optional[str] = ...) -> None: ...

class ListPasskeysRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class ListPasskeysResponse(_message.Message):
    __slots__ = ("passkeys", "recovery")
    PASSKEYS_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_FIELD_NUMBER: _ClassVar[int]
    passkeys: _containers.RepeatedCompositeFieldContainer[PasskeySummary]
    recovery: RecoveryStatus
    def __init__(self, passkeys: _Optional[_Iterable[_Union[PasskeySummary, _Mapping]]] = ..., recovery: _Optional[_Union[RecoveryStatus, _Mapping]] = ...) -> None: ...

class PasskeySummary(_message.Message):
    __slots__ = ("handle", "registered_at", "ready_at", "ready")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    READY_AT_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    handle: str
    registered_at: str
    ready_at: str
    ready: bool
    def __init__(self, handle: _Optional[str] = ..., registered_at: _Optional[str] = ..., ready_at: _Optional[str] = ..., ready: _Optional[bool] = ...) -> None: ...

class RecoveryStatus(_message.Message):
    __slots__ = ("state", "asked_at", "signatures")
    STATE_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    state: str
    asked_at: str
    signatures: int
    def __init__(self, state: _Optional[str] = ..., asked_at: _Optional[str] = ..., signatures: _Optional[int] = ...) -> None: ...

class RemovePasskeyRequest(_message.Message):
    __slots__ = ("id_token", "handle", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class RemovePasskeyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AskRecoveryRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class AskRecoveryResponse(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class TakeRecoveryBackRequest(_message.Message):
    __slots__ = ("id_token", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class TakeRecoveryBackResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
