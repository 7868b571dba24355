"""The verifier's word on the discloser's reads: each is let through by its accessor, and read by this process never.

approvals = ReadApprovals(log_in(settings), settings.openbao_mount)
approvals.approve(accessor, path)     # path: as LocatingService gave it, the one that the consent is about
"""

import re
from typing import Any

import requests
from hvac.exceptions import Forbidden, VaultError

from chassis import logs
from identity_vault.gateways.openbao import Session, stage_of
from identity_vault.usecases.ports import ReadNotApproved, StoreAway

log = logs.get(__name__)

# The entity of the discloser's login: the only one whose reads are let through.
DISCLOSER = "identity-vault-discloser"
_ACCESSOR = re.compile(r"[A-Za-z0-9._-]{8,100}")


class ReadApprovals:
    """Lets reads through, under a token that may do that and see what is asked for, and nothing else."""

    def __init__(self, session: Session, mount: str, *, requester: str = DISCLOSER) -> None:
        """`requester`: name of the entity whose reads may be let through."""
        self._session = session
        self._mount = mount
        self._requester = requester

    def approve(self, accessor: str, path: str) -> None:
        """Let the read behind `accessor` through, if it is the discloser's read of the record at `path`.

        Raises ReadNotApproved when it is anything else, is no more, or was let through before; StoreAway.
        """
        if not _ACCESSOR.fullmatch(accessor):
            raise ReadNotApproved("not an accessor")
        asked = self._call("request", accessor)
        where = asked.get("request_path")
        # While a sweep moves it, the record stands on the stage, at the same path.
        place = where if where == f"{stage_of(self._mount)}/data/{path}" else f"{self._mount}/data/{path}"
        wanted = ("read", place, self._requester)
        entity = asked.get("request_entity") or {}
        found = (asked.get("request_operation"), where, entity.get("name"))
        if found != wanted or asked.get("request_data") or asked.get("approved") is not False:
            log.error("approvals.another_request")
            raise ReadNotApproved("not the discloser's read of this record")
        if self._call("authorize", accessor).get("approved") is not True:
            raise ReadNotApproved("one approval was not enough")

    def ping(self) -> None:
        """Raise unless OpenBao answers and knows us."""
        self._session.client().auth.token.lookup_self()

    def _call(self, step: str, accessor: str) -> dict[str, Any]:
        """An accessor of nothing is answered with 500, as are faults of the server: both end the disclosure."""
        try:
            client = self._session.client()
            answer = client.adapter.post(f"/v1/sys/control-group/{step}", json={"accessor": accessor})
        except Forbidden:
            self._session.drop(client.token)
            raise ReadNotApproved("not ours to let through") from None
        except VaultError:
            raise ReadNotApproved("no such request") from None
        except requests.RequestException as error:
            log.warning("approvals.away", exc_info=error)
            raise StoreAway from None
        data: dict[str, Any] = answer["data"] if isinstance(answer, dict) else {}
        return data or {}
