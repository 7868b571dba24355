from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NotifyRequest(_message.Message):
    __slots__ = ("rings",)
    RINGS_FIELD_NUMBER: _ClassVar[int]
    rings: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, rings: _Optional[_Iterable[bytes]] = ...) -> None: ...

class NotifyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Ring(_message.Message):
    __slots__ = ("ref", "ring_id")
    REF_FIELD_NUMBER: _ClassVar[int]
    RING_ID_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    ring_id: bytes
    def __init__(self, ref: _Optional[bytes] = ..., ring_id: _Optional[bytes] = ...) -> None: ...

class ViewContactRequest(_message.Message):
    __slots__ = ("query",)
    QUERY_FIELD_NUMBER: _ClassVar[int]
    query: bytes
    def __init__(self, query: _Optional[bytes] = ...) -> None: ...

class ViewContactResponse(_message.Message):
    __slots__ = ("view",)
    VIEW_FIELD_NUMBER: _ClassVar[int]
    view: bytes
    def __init__(self, view: _Optional[bytes] = ...) -> None: ...

class ContactView(_message.Message):
    __slots__ = ("state",)
    STATE_FIELD_NUMBER: _ClassVar[int]
    state: str
    def __init__(self, state: _Optional[str] = ...) -> None: ...

class DeliverRequest(_message.Message):
    __slots__ = ("tickets",)
    TICKETS_FIELD_NUMBER: _ClassVar[int]
    tickets: _containers.RepeatedCompositeFieldContainer[Ticket]
    def __init__(self, tickets: _Optional[_Iterable[_Union[Ticket, _Mapping]]] = ...) -> None: ...

class Ticket(_message.Message):
    __slots__ = ("ticket_id", "contact_id")
    TICKET_ID_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    ticket_id: bytes
    contact_id: bytes
    def __init__(self, ticket_id: _Optional[bytes] = ..., contact_id: _Optional[bytes] = ...) -> None: ...

class DeliverResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ForgetRequest(_message.Message):
    __slots__ = ("contact_ids",)
    CONTACT_IDS_FIELD_NUMBER: _ClassVar[int]
    contact_ids: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, contact_ids: _Optional[_Iterable[bytes]] = ...) -> None: ...

class ForgetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatesRequest(_message.Message):
    __slots__ = ("contact_ids",)
    CONTACT_IDS_FIELD_NUMBER: _ClassVar[int]
    contact_ids: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, contact_ids: _Optional[_Iterable[bytes]] = ...) -> None: ...

class GetStatesResponse(_message.Message):
    __slots__ = ("states",)
    STATES_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, states: _Optional[_Iterable[str]] = ...) -> None: ...

class ListCallBacksRequest(_message.Message):
    __slots__ = ("id_token",)
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    def __init__(self, id_token: _Optional[str] = ...) -> None: ...

class ListCallBacksResponse(_message.Message):
    __slots__ = ("tickets",)
    TICKETS_FIELD_NUMBER: _ClassVar[int]
    tickets: _containers.RepeatedCompositeFieldContainer[CallBackTicket]
    def __init__(self, tickets: _Optional[_Iterable[_Union[CallBackTicket, _Mapping]]] = ...) -> None: ...

class CallBackTicket(_message.Message):
    __slots__ = ("handle", "hour", "means", "due", "taken")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    HOUR_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    handle: str
    hour: str
    means: str
    due: bool
    taken: bool
    def __init__(self, handle: _Optional[str] = ..., hour: _Optional[str] = ..., means: _Optional[str] = ..., due: _Optional[bool] = ..., taken: _Optional[bool] = ...) -> None: ...

class TakeCallBackRequest(_message.Message):
    __slots__ = ("id_token", "handle")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ...) -> None: ...

class TakeCallBackResponse(_message.Message):
    __slots__ = ("phone",)
    PHONE_FIELD_NUMBER: _ClassVar[int]
    phone: str
    def __init__(self, phone: _Optional[str] = ...) -> None: ...

class FinishCallBackRequest(_message.Message):
    __slots__ = ("id_token", "handle")
    ID_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    id_token: str
    handle: str
    def __init__(self, id_token: _Optional[str] = ..., handle: _Optional[str] = ...) -> None: ...

class FinishCallBackResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
