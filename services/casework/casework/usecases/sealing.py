"""A case under its own key: every free text, name and file of it, each bound to its place."""

import secrets
import uuid

from chassis.sealing.fields import FieldCipher
from paravent.casework.v1.content_pb2 import IdentityRequest, Notice
from paravent.casework.v1.events_pb2 import ServiceRequested
from paravent.intake.v1.content_pb2 import Answers, ReportContent, ReporterMessage, SealedFile

KEY_BYTES = 32


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


class CaseSeal:
    """Seals and opens the fields of one case. Every opening raises CannotOpen for altered or moved bytes."""

    def __init__(self, case_id: uuid.UUID, key: bytes) -> None:
        self._case = f"case/{case_id}"
        self._cipher = FieldCipher(key)

    def seal_origin(self, content: ReportContent) -> bytes:
        """Who to answer, and the true time: the report without its answers and files."""
        origin = ReportContent()
        origin.CopyFrom(content)
        origin.ClearField("answers")
        origin.ClearField("files")
        return self._seal("origin", origin.SerializeToString())

    def open_origin(self, sealed: bytes) -> ReportContent:
        return ReportContent.FromString(self._open("origin", sealed))

    def seal_voice(self, voice_id: uuid.UUID, origin: ReportContent) -> bytes:
        """Who to answer, of somebody who joined the case: shaped as the reporter's own."""
        return self._seal(f"voice/{voice_id}", origin.SerializeToString())

    def open_voice(self, voice_id: uuid.UUID, sealed: bytes) -> ReportContent:
        return ReportContent.FromString(self._open(f"voice/{voice_id}", sealed))

    def seal_answers(self, version: str, answers: Answers) -> bytes:
        return self._seal(f"text/{version}", answers.SerializeToString())

    def open_answers(self, version: str, sealed: bytes) -> Answers:
        return Answers.FromString(self._open(f"text/{version}", sealed))

    def seal_file(self, file_id: uuid.UUID, version: str, file: SealedFile) -> bytes:
        return self._seal(f"file/{file_id}/{version}", file.SerializeToString())

    def open_file(self, file_id: uuid.UUID, version: str, sealed: bytes) -> SealedFile:
        return SealedFile.FromString(self._open(f"file/{file_id}/{version}", sealed))

    def seal_said(self, message_id: bytes, message: ReporterMessage) -> bytes:
        return self._seal(f"said/{message_id.hex()}", message.SerializeToString())

    def open_said(self, message_id: bytes, sealed: bytes) -> ReporterMessage:
        return ReporterMessage.FromString(self._open(f"said/{message_id.hex()}", sealed))

    def seal_told(self, notice: Notice) -> bytes:
        return self._seal(f"told/{notice.notice_id.hex()}", notice.SerializeToString())

    def open_told(self, notice_id: bytes, sealed: bytes) -> Notice:
        return Notice.FromString(self._open(f"told/{notice_id.hex()}", sealed))

    def seal_label(self, label: str) -> bytes:
        """The case's code: what handler and reporter call it before identity-vault."""
        return self._seal("label", label.encode())

    def open_label(self, sealed: bytes) -> str:
        return self._open("label", sealed).decode()

    def seal_request(self, request: IdentityRequest) -> bytes:
        return self._seal(f"identity/{request.request_id.hex()}", request.SerializeToString())

    def open_request(self, request_id: bytes, sealed: bytes) -> IdentityRequest:
        return IdentityRequest.FromString(self._open(f"identity/{request_id.hex()}", sealed))

    def seal_answer(self, message: ReporterMessage) -> bytes:
        """Without the consent's id, which belongs to the reporter and identity-vault alone."""
        kept = ReporterMessage()
        kept.CopyFrom(message)
        kept.answer.ClearField("consent_id")
        return self._seal(f"identity/{message.answer.request_id.hex()}/answer", kept.SerializeToString())

    def open_answer(self, request_id: bytes, sealed: bytes) -> ReporterMessage:
        return ReporterMessage.FromString(self._open(f"identity/{request_id.hex()}/answer", sealed))

    def seal_order(self, order_id: uuid.UUID, request: ServiceRequested) -> bytes:
        return self._seal(f"order/{order_id}", request.SerializeToString())

    def open_order(self, order_id: uuid.UUID, sealed: bytes) -> ServiceRequested:
        return ServiceRequested.FromString(self._open(f"order/{order_id}", sealed))

    def _seal(self, place: str, data: bytes) -> bytes:
        return self._cipher.seal(f"{self._case}/{place}", data)

    def _open(self, place: str, sealed: bytes) -> bytes:
        return self._cipher.open(f"{self._case}/{place}", sealed)
