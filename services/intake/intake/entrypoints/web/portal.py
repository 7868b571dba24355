"""What the portal's routes work with: made once when the process starts, found again from any request."""

from dataclasses import dataclass

from fastapi import Request

from chassis.blobs import BlobStore
from chassis.clock import Clock
from chassis.db import UnitOfWork
from intake.entrypoints.web.brake import Brake, Budget
from intake.entrypoints.web.settings import PortalSettings
from intake.entrypoints.web.state import StateSealer, WordSealer
from intake.store.transaction import Transaction
from intake.usecases.confiding import Confidants
from intake.usecases.consenting import Consents
from intake.usecases.directory import Directory
from intake.usecases.keys import KeyBook
from intake.usecases.looking import VaultView
from intake.usecases.naming import Names
from intake.usecases.reaching import Addresses
from intake.usecases.replacing import Words
from intake.usecases.sessions import Ends


@dataclass(frozen=True)
class Portal:
    """The parts of one web process."""

    settings: PortalSettings
    uow: UnitOfWork[Transaction]
    directory: Directory
    keys: KeyBook
    pepper: bytes
    states: StateSealer
    blobs: BlobStore
    words: WordSealer
    clock: Clock
    ends: Ends
    brake: Brake
    call_backs: Budget
    consents: Consents
    confidants: Confidants
    names: Names
    addresses: Addresses
    replacing: Words
    vault: VaultView | None


def portal(request: Request) -> Portal:
    """The portal that answers this request."""
    made: Portal = request.app.state.portal
    return made
