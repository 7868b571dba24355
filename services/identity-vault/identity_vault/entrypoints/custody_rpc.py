"""The verifier's gRPC methods for custodians."""

from typing import Any

import grpc

from chassis.rpc import Call, Detail, Refused
from identity_vault.domain.orders import Order
from identity_vault.entrypoints.verifier_rpc import refusing
from identity_vault.usecases.ordering import Draft, Listed
from identity_vault.usecases.verifier_custody import Custody
from paravent.identity_vault.v1 import custody_pb2 as wire
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceServicer


class CustodyMethods(CustodyServiceServicer):
    """CustodyService: see custody.proto. A handle is the order's id."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody

    def CreateOrder(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        order = request.order
        draft = Draft(
            basis=order.basis,
            reference=order.reference,
            authority=order.authority,
            dated=order.dated,
            recipient=order.recipient,
            notice=order.notice,
            review_on=order.review_on,
            block=request.block,
        )
        with refusing():
            return wire.CreateOrderResponse(handle=self._custody.create(request.id_token, draft).hex())

    def ListOrders(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            listed = self._custody.orders(request.id_token)
        return wire.ListOrdersResponse(orders=[_summary(one) for one in listed])

    def BeginSignature(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            options = self._custody.ask(request.id_token, _order_id(request.handle))
        return wire.BeginSignatureResponse(options=options)

    def SignOrder(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            state = self._custody.sign(request.id_token, _order_id(request.handle), request.assertion)
        return wire.SignOrderResponse(state=state.value)

    def CarryOut(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            done = self._custody.carry_out(request.id_token, _order_id(request.handle))
        return wire.CarryOutResponse(disclosure_id=done.disclosure_id, paths=done.paths, order=_order(done.order))


def _summary(listed: Listed) -> wire.OrderSummary:
    signatures = [
        wire.OrderSignature(name=one.name, body=one.body, signed_at=one.at) for one in listed.signed.signatures
    ]
    return wire.OrderSummary(
        handle=listed.order_id.hex(),
        order=_order(listed.signed.order),
        state=listed.state.value,
        signatures=signatures,
        mine_to_sign=listed.mine_to_sign,
    )


def _order(order: Order) -> wire.Order:
    return wire.Order(
        basis=order.basis,
        reference=order.reference,
        authority=order.authority,
        dated=order.dated,
        recipient=order.recipient,
        notice=order.notice,
        review_on=order.review_on,
        case_label=order.case_label,
    )


def _order_id(handle: str) -> bytes:
    try:
        return bytes.fromhex(handle)
    except ValueError:
        raise Refused(grpc.StatusCode.NOT_FOUND, Detail.UNKNOWN_HANDLE) from None
