from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Order(_message.Message):
    __slots__ = ("basis", "reference", "authority", "dated", "recipient", "notice", "review_on", "case_label")
    BASIS_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    DATED_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    REVIEW_ON_FIELD_NUMBER: _ClassVar[int]
    CASE_LABEL_FIELD_NUMBER: _ClassVar[int]
    basis: str
    reference: str
    authority: str
    dated: str
    recipient: str
    notice: str
    review_on: str
    case_label: str
    def __init__(self, basis: _Optional[str] = ..., reference: _Optional[str] = ..., authority: _Optional[str] = ..., dated: _Optional[str] = ..., recipient: _Optional[str] = ..., notice: _Optional[str] = ..., review_on: _Optional[str] = ..., case_label: _Optional[str] = ...) -> None: ...

class CreateOrderRequest(_message.Message):
    __slots__ = ("id_token", "order", "block")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    order: Order
    block: bytes
    def __init__(self, id_token: _Optional[str] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., block: _Optional[bytes] = ...) -> None: ...

class CreateOrderResponse(_message.Message):
    __slots__ = ("handle",)
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    handle: str
    def __init__(self, handle: _Optional[str] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class ListOrdersResponse(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedCompositeFieldContainer[OrderSummary]
    def __init__(self, orders: _Optional[_Iterable[_Union[OrderSummary, _Mapping]]] = ...) -> None: ...

class OrderSummary(_message.Message):
    __slots__ = ("handle", "order", "state", "signatures", "mine_to_sign", "told_on", "extensions", "may_extend", "extension_mine_to_sign")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    MINE_TO_SIGN_FIELD_NUMBER: _ClassVar[int]
    TOLD_ON_FIELD_NUMBER: _ClassVar[int]
    EXTENSIONS_FIELD_NUMBER: _ClassVar[int]
    MAY_EXTEND_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_MINE_TO_SIGN_FIELD_NUMBER: _ClassVar[int]
    handle: str
    order: Order
    state: str
    signatures: _containers.RepeatedCompositeFieldContainer[OrderSignature]
    mine_to_sign: bool
    told_on: str
    extensions: _containers.RepeatedCompositeFieldContainer[NoticeExtension]
    may_extend: bool
    extension_mine_to_sign: bool
    def __init__(self, handle: _Optional[str] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., state: _Optional[str] = ..., signatures: _Optional[_Iterable[_Union[OrderSignature, _Mapping]]] = ..., mine_to_sign: _Optional[bool] = ..., told_on: _Optional[str] = ..., extensions: _Optional[_Iterable[_Union[NoticeExtension, _Mapping]]] = ..., may_extend: _Optional[bool] = ..., extension_mine_to_sign: _Optional[bool] = ...) -> None: ...

class NoticeExtension(_message.Message):
    __slots__ = ("review_on", "reason", "signatures", "holds")
    REVIEW_ON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    review_on: str
    reason: str
    signatures: _containers.RepeatedCompositeFieldContainer[OrderSignature]
    holds: bool
    def __init__(self, review_on: _Optional[str] = ..., reason: _Optional[str] = ..., signatures: _Optional[_Iterable[_Union[OrderSignature, _Mapping]]] = ..., holds: _Optional[bool] = ...) -> None: ...

class OrderSignature(_message.Message):
    __slots__ = ("name", "body", "signed_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    body: str
    signed_at: str
    def __init__(self, name: _Optional[str] = ..., body: _Optional[str] = ..., signed_at: _Optional[str] = ...) -> None: ...

class BeginSignatureRequest(_message.Message):
    __slots__ = ("id_token", "handle", "extension")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    extension: bool
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., extension: _Optional[bool] = ...) -> None: ...

class BeginSignatureResponse(_message.Message):
    __slots__ = ("options",)
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    options: str
    def __init__(self, options: _Optional[str] = ...) -> None: ...

class SignOrderRequest(_message.Message):
    __slots__ = ("id_token", "handle", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class SignOrderResponse(_message.Message):
    __slots__ = ("state",)
    STATE_FIELD_NUMBER: _ClassVar[int]
    state: str
    def __init__(self, state: _Optional[str] = ...) -> None: ...

class CarryOutRequest(_message.Message):
    __slots__ = ("id_token", "handle")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ...) -> None: ...

class CarryOutResponse(_message.Message):
    __slots__ = ("disclosure_id", "paths", "order")
    DISCLOSURE_ID_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    disclosure_id: bytes
    paths: _containers.RepeatedScalarFieldContainer[str]
    order: Order
    def __init__(self, disclosure_id: _Optional[bytes] = ..., paths: _Optional[_Iterable[str]] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class ExtendNoticeRequest(_message.Message):
    __slots__ = ("id_token", "handle", "review_on", "reason")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    REVIEW_ON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    review_on: str
    reason: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., review_on: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ExtendNoticeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SignExtensionRequest(_message.Message):
    __slots__ = ("id_token", "handle", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class SignExtensionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListRecoveriesRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class ListRecoveriesResponse(_message.Message):
    __slots__ = ("recoveries",)
    RECOVERIES_FIELD_NUMBER: _ClassVar[int]
    recoveries: _containers.RepeatedCompositeFieldContainer[RecoverySummary]
    def __init__(self, recoveries: _Optional[_Iterable[_Union[RecoverySummary, _Mapping]]] = ...) -> None: ...

class RecoverySummary(_message.Message):
    __slots__ = ("handle", "name", "account", "asked_at", "signatures", "mine_to_sign")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    MINE_TO_SIGN_FIELD_NUMBER: _ClassVar[int]
    handle: str
    name: str
    account: str
    asked_at: str
    signatures: _containers.RepeatedCompositeFieldContainer[OrderSignature]
    mine_to_sign: bool
    def __init__(self, handle: _Optional[str] = ..., name: _Optional[str] = ..., account: _Optional[str] = ..., asked_at: _Optional[str] = ..., signatures: _Optional[_Iterable[_Union[OrderSignature, _Mapping]]] = ..., mine_to_sign: _Optional[bool] = ...) -> None: ...

class BeginConfirmationRequest(_message.Message):
    __slots__ = ("id_token", "handle", "code")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    code: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class BeginConfirmationResponse(_message.Message):
    __slots__ = ("options",)
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    options: str
    def __init__(self, options: _Optional[str] = ...) -> None: ...

class ConfirmRecoveryRequest(_message.Message):
    __slots__ = ("id_token", "handle", "assertion")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    assertion: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ..., assertion: _Optional[str] = ...) -> None: ...

class ConfirmRecoveryResponse(_message.Message):
    __slots__ = ("state",)
    STATE_FIELD_NUMBER: _ClassVar[int]
    state: str
    def __init__(self, state: _Optional[str] = ...) -> None: ...
