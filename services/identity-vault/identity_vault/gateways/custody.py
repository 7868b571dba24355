"""The verifier's custody of orders, over gRPC with mutual TLS."""

from collections.abc import Sequence

import grpc

from identity_vault.gateways.verifier import call
from identity_vault.usecases.carrying_out import Extended, OrderText, OrderView, Signed
from identity_vault.usecases.disclosing import Begun
from paravent.identity_vault.v1 import custody_pb2 as wire
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceStub


class RemoteCustody:
    """Calls in the name of the custodian whose ID token is passed along."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustodyServiceStub(channel)  # type: ignore[no-untyped-call]

    def orders(self, id_token: str) -> Sequence[OrderView]:
        answer = call(self._stub.ListOrders, wire.ListOrdersRequest(id_token=id_token))
        return [_view(order) for order in answer.orders]

    def create(self, id_token: str, text: OrderText, block: bytes) -> str:
        request = wire.CreateOrderRequest(id_token=id_token, order=_wire(text), block=block)
        return str(call(self._stub.CreateOrder, request).handle)

    def signature_options(self, id_token: str, handle: str) -> str:
        request = wire.BeginSignatureRequest(id_token=id_token, handle=handle)
        return str(call(self._stub.BeginSignature, request).options)

    def sign(self, id_token: str, handle: str, assertion: str) -> str:
        request = wire.SignOrderRequest(id_token=id_token, handle=handle, assertion=assertion)
        return str(call(self._stub.SignOrder, request).state)

    def carry_out(self, id_token: str, handle: str) -> tuple[Begun, OrderText]:
        answer = call(self._stub.CarryOut, wire.CarryOutRequest(id_token=id_token, handle=handle))
        return Begun(answer.disclosure_id, list(answer.paths)), _text(answer.order)

    def extend(self, id_token: str, handle: str, review_on: str, reason: str) -> None:
        request = wire.ExtendNoticeRequest(id_token=id_token, handle=handle, review_on=review_on, reason=reason)
        call(self._stub.ExtendNotice, request)

    def extension_options(self, id_token: str, handle: str) -> str:
        request = wire.BeginSignatureRequest(id_token=id_token, handle=handle, extension=True)
        return str(call(self._stub.BeginSignature, request).options)

    def sign_extension(self, id_token: str, handle: str, assertion: str) -> None:
        request = wire.SignExtensionRequest(id_token=id_token, handle=handle, assertion=assertion)
        call(self._stub.SignExtension, request)


def _view(order: wire.OrderSummary) -> OrderView:
    extensions = [
        Extended(one.review_on, one.reason, _signatures(one.signatures), one.holds) for one in order.extensions
    ]
    return OrderView(
        order.handle,
        _text(order.order),
        order.state,
        _signatures(order.signatures),
        order.mine_to_sign,
        order.told_on,
        extensions,
        order.may_extend,
        order.extension_mine_to_sign,
    )


def _signatures(signatures: Sequence[wire.OrderSignature]) -> list[Signed]:
    return [Signed(one.name, one.body, one.signed_at) for one in signatures]


def _text(order: wire.Order) -> OrderText:
    return OrderText(
        basis=order.basis,
        reference=order.reference,
        authority=order.authority,
        dated=order.dated,
        recipient=order.recipient,
        notice=order.notice,
        review_on=order.review_on,
        case_label=order.case_label,
    )


def _wire(text: OrderText) -> wire.Order:
    return wire.Order(
        basis=text.basis,
        reference=text.reference,
        authority=text.authority,
        dated=text.dated,
        recipient=text.recipient,
        notice=text.notice,
        review_on=text.review_on,
    )
