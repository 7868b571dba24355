from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class KeyUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KEY_USE_UNSPECIFIED: _ClassVar[KeyUse]
    KEY_USE_CASEWORK_MONTH: _ClassVar[KeyUse]
    KEY_USE_VAULT_TRANSPORT_DAY: _ClassVar[KeyUse]
    KEY_USE_VAULT_VERIFIER: _ClassVar[KeyUse]
    KEY_USE_VAULT_DISCLOSER: _ClassVar[KeyUse]
    KEY_USE_CASEWORK_SIGNING: _ClassVar[KeyUse]
    KEY_USE_VAULT_LINKER: _ClassVar[KeyUse]
    KEY_USE_VAULT_COURIER: _ClassVar[KeyUse]
KEY_USE_UNSPECIFIED: KeyUse
KEY_USE_CASEWORK_MONTH: KeyUse
KEY_USE_VAULT_TRANSPORT_DAY: KeyUse
KEY_USE_VAULT_VERIFIER: KeyUse
KEY_USE_VAULT_DISCLOSER: KeyUse
KEY_USE_CASEWORK_SIGNING: KeyUse
KEY_USE_VAULT_LINKER: KeyUse
KEY_USE_VAULT_COURIER: KeyUse

class PublicKey(_message.Message):
    __slots__ = ("use", "cdg_id", "period", "value")
    USE_FIELD_NUMBER: _ClassVar[int]
    CDG_ID_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    use: KeyUse
    cdg_id: str
    period: str
    value: str
    def __init__(self, use: _Optional[_Union[KeyUse, str]] = ..., cdg_id: _Optional[str] = ..., period: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class KeySet(_message.Message):
    __slots__ = ("issuer", "version", "keys")
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    issuer: str
    version: int
    keys: _containers.RepeatedCompositeFieldContainer[PublicKey]
    def __init__(self, issuer: _Optional[str] = ..., version: _Optional[int] = ..., keys: _Optional[_Iterable[_Union[PublicKey, _Mapping]]] = ...) -> None: ...

class IssuingKey(_message.Message):
    __slots__ = ("issuer", "public_key", "valid_from", "valid_until")
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    issuer: str
    public_key: bytes
    valid_from: str
    valid_until: str
    def __init__(self, issuer: _Optional[str] = ..., public_key: _Optional[bytes] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ...) -> None: ...

class SignedKeySet(_message.Message):
    __slots__ = ("key_set", "key_set_signature", "issuing_key", "issuing_key_signature")
    KEY_SET_FIELD_NUMBER: _ClassVar[int]
    KEY_SET_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    ISSUING_KEY_FIELD_NUMBER: _ClassVar[int]
    ISSUING_KEY_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    key_set: bytes
    key_set_signature: bytes
    issuing_key: bytes
    issuing_key_signature: bytes
    def __init__(self, key_set: _Optional[bytes] = ..., key_set_signature: _Optional[bytes] = ..., issuing_key: _Optional[bytes] = ..., issuing_key_signature: _Optional[bytes] = ...) -> None: ...
