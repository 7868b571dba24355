"""The guard before every method: is this client on the method's list, and does the call have an end?

grpcio tells the peer's name to the method's behaviour only, not to `intercept_service`: so the guard wraps the
behaviour, in each of its four kinds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc

from chassis import logs
from chassis.rpc.calls import LONGEST, Call, Detail, Refused

log = logs.get(__name__)

Behaviour = Callable[[Any, Call], Any]


class Guard(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    """Denies what the allow-list does not name. `allow`: full method name -> client names."""

    def __init__(self, allow: Mapping[str, Sequence[str]]) -> None:
        self._allow = {method: frozenset(clients) for method, clients in allow.items()}

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if handler is None:
            return None  # the server answers UNIMPLEMENTED
        wrap = self._stream if handler.response_streaming else self._single
        behaviour = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
        make = _MAKERS[handler.request_streaming, handler.response_streaming]
        guarded = wrap(details.method, behaviour)
        return make(guarded, handler.request_deserializer, handler.response_serializer)

    def _single(self, method: str, behaviour: Behaviour) -> Callable[[Any, grpc.ServicerContext], Any]:
        def guarded(request: Any, context: grpc.ServicerContext) -> Any:
            call = Call(context)
            try:
                self._admit(method, call)
                return behaviour(request, call)
            except Exception as error:
                status = _status(method, error)
            return context.abort(*status)

        return guarded

    def _stream(self, method: str, behaviour: Behaviour) -> Callable[[Any, grpc.ServicerContext], Iterator[Any]]:
        def guarded(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            call = Call(context)
            try:
                self._admit(method, call)
                yield from behaviour(request, call)
                return
            except Exception as error:
                status = _status(method, error)
            context.abort(*status)

        return guarded

    def _admit(self, method: str, call: Call) -> None:
        if self._allow.get(method, frozenset()).isdisjoint(call.clients):
            log.warning("rpc.denied", method=method, peer=next(iter(call.clients), "unnamed"))
            raise Refused(grpc.StatusCode.PERMISSION_DENIED, Detail.DENIED)
        if call.time_remaining() > LONGEST:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.NO_DEADLINE)


_MAKERS = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


def _status(method: str, error: Exception) -> tuple[grpc.StatusCode, str]:
    """The code and the detail to end with. An error that nobody foresaw is logged by type and told as INTERNAL."""
    if isinstance(error, Refused):
        return error.code, error.detail.value
    log.error("rpc.failed", method=method, exc_info=error)
    return grpc.StatusCode.INTERNAL, Detail.INTERNAL.value
