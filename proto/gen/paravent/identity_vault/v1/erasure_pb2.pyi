from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class EraseRequest(_message.Message):
    __slots__ = ("orders",)
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    orders: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, orders: _Optional[_Iterable[bytes]] = ...) -> None: ...

class EraseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ErasureOrder(_message.Message):
    __slots__ = ("ref", "order_id", "reason")
    REF_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    order_id: bytes
    reason: str
    def __init__(self, ref: _Optional[bytes] = ..., order_id: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...
