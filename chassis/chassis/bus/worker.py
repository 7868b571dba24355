"""Running a worker: the process that consumes a service's events, with nameko under eventlet."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from chassis.bus.handling import Handling
from chassis.bus.retries import RetryLadder
from chassis.bus.subscriptions import subscriptions
from chassis.clock import Clock, SystemClock
from chassis.db import UnitOfWork
from chassis.settings import ServiceSettings, SettingsError
from chassis.signing import EventVerifier

if TYPE_CHECKING:
    from chassis.bus.process import Options


def run_worker(
    worker: Any,
    settings: ServiceSettings,
    unit_of_work: UnitOfWork[Any],
    *,
    inbox: Table,
    verifier: EventVerifier | None = None,
    clock: Clock | None = None,
    ladder: RetryLadder | None = None,
    concurrency: int = 5,
    stop_within: float = 25,
) -> None:
    """Consume the events that `worker` (a class, or an instance) subscribes to, and run its timers, until SIGTERM.

    The role must be declared with `eventlet=True`. Without `verifier`, signatures are checked with
    `settings.trusted_signers`. `concurrency` is how many events are in hand at once: no more than the database pool's
    size, else connections open and close with each event; a handler takes no second connection. On SIGTERM it takes
    nothing new and gives what it has in hand `stop_within` seconds.
    Raises SettingsError when a broker or a producer's key is not configured.
    """
    from chassis.bus import process  # nameko and eventlet load here, in a process that is patched for them

    target = worker() if isinstance(worker, type) else worker
    handling = Handling(
        consumer=target.name,
        unit_of_work=unit_of_work,
        inbox=inbox,
        verifier=verifier or _verifier(target, settings),
        clock=clock or SystemClock(),
    )
    process.run(target, handling, _options(settings, ladder, concurrency, stop_within))


def _options(settings: ServiceSettings, ladder: RetryLadder | None, concurrency: int, stop_within: float) -> "Options":
    from chassis.bus.process import Options

    if settings.amqp_url is None:
        raise SettingsError("settings: AMQP_URL: a worker needs a broker")
    return Options(
        amqp_url=settings.amqp_url.get_secret_value(),
        ladder=ladder or RetryLadder(),
        concurrency=concurrency,
        stop_within=stop_within,
        state_dir=settings.state_dir,
    )


def _verifier(worker: object, settings: ServiceSettings) -> EventVerifier:
    needed = {mark.signed_by for _, mark in subscriptions(worker) if mark.signed_by}
    missing = sorted(needed - settings.trusted_signers.keys())
    if missing:
        raise SettingsError(f"settings: TRUSTED_SIGNERS: no public key of {', '.join(missing)}")
    return EventVerifier.from_files(settings.trusted_signers)
