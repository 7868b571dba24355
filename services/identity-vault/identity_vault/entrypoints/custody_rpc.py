"""The verifier's gRPC methods for custodians."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import grpc

from chassis.rpc import Call, Detail, Refused
from identity_vault.domain.orders import Order, Signature
from identity_vault.entrypoints.verifier_rpc import refusing, source_of
from identity_vault.usecases.ordering import Draft, Listed
from identity_vault.usecases.recovering import ListedRecovery, Recoveries
from identity_vault.usecases.verifier_custody import Custody
from identity_vault.usecases.verifier_door import Door
from identity_vault.usecases.verifier_summaries import rfc3339
from paravent.identity_vault.v1 import custody_pb2 as wire
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceServicer


class CustodyMethods(CustodyServiceServicer):
    """CustodyService: see custody.proto. A handle is the order's id."""

    def __init__(self, door: Door, custody: Custody, recoveries: Recoveries) -> None:
        self._door = door
        self._custody = custody
        self._recoveries = recoveries

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
            subject = self._door.subject(request.id_token, source_of(call))
            return wire.CreateOrderResponse(handle=self._custody.create(subject, draft).hex())

    def ListOrders(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            listed = self._custody.orders(subject)
        return wire.ListOrdersResponse(orders=[_summary(one) for one in listed])

    def BeginSignature(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            ask = self._custody.ask_extension if request.extension else self._custody.ask
            options = ask(subject, _id(request.handle))
        return wire.BeginSignatureResponse(options=options)

    def SignOrder(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            state = self._custody.sign(subject, _id(request.handle), request.assertion)
        return wire.SignOrderResponse(state=state.value)

    def CarryOut(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            done = self._custody.carry_out(subject, _id(request.handle))
        return wire.CarryOutResponse(disclosure_id=done.disclosure_id, paths=done.paths, order=_order(done.order))

    def ExtendNotice(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            self._custody.extend(subject, _id(request.handle), request.review_on, request.reason)
        return wire.ExtendNoticeResponse()

    def SignExtension(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            self._custody.sign_extension(subject, _id(request.handle), request.assertion)
        return wire.SignExtensionResponse()

    def ListRecoveries(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            listed = self._recoveries.waiting(subject)
        return wire.ListRecoveriesResponse(recoveries=[_recovery(one) for one in listed])

    def BeginConfirmation(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            options = self._recoveries.options(subject, _id(request.handle), request.code)
        return wire.BeginConfirmationResponse(options=options)

    def ConfirmRecovery(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            state = self._recoveries.sign(subject, _id(request.handle), request.assertion)
        return wire.ConfirmRecoveryResponse(state=state.value)


def _summary(listed: Listed) -> wire.OrderSummary:
    extensions = [
        wire.NoticeExtension(
            review_on=one.extension.review_on,
            reason=one.extension.reason,
            signatures=_signatures(one.signatures),
            holds=one.holds,
        )
        for one in listed.signed.extensions
    ]
    return wire.OrderSummary(
        handle=listed.order_id.hex(),
        order=_order(listed.signed.order),
        state=listed.state.value,
        signatures=_signatures(listed.signed.signatures),
        mine_to_sign=listed.mine_to_sign,
        told_on=listed.signed.review_on,
        extensions=extensions,
        may_extend=listed.may_extend,
        extension_mine_to_sign=listed.extension_mine_to_sign,
    )


def _signatures(signatures: Sequence[Signature]) -> list[wire.OrderSignature]:
    return [wire.OrderSignature(name=one.name, body=one.body, signed_at=one.at) for one in signatures]


def _recovery(listed: ListedRecovery) -> wire.RecoverySummary:
    recovery = listed.recovery
    return wire.RecoverySummary(
        handle=listed.id.hex(),
        name=recovery.name,
        account=recovery.subject,
        asked_at=rfc3339(datetime.fromisoformat(recovery.asked)),
        signatures=_signatures(recovery.signatures),
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


def _id(handle: str) -> bytes:
    try:
        return bytes.fromhex(handle)
    except ValueError:
        raise Refused(grpc.StatusCode.NOT_FOUND, Detail.UNKNOWN_HANDLE) from None
