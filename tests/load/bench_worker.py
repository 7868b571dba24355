"""A worker that does the least a worker does: its inbox row and one insert, in one transaction. Run by handler.py."""

import sys

from chassis.roles import Roles

roles = Roles("notifications")


@roles.role("worker", eventlet=True)
def worker(_arguments: list[str]) -> None:
    from sqlalchemy import insert

    from chassis.bus import run_worker, subscribe
    from chassis.db import Database
    from chassis.settings import ServiceSettings
    from paravent.casework.v1.events_pb2 import AttentionNeeded
    from tests.load.bench_tables import Transaction, handled, inbox

    class Bench:
        name = "notifications"

        @subscribe(AttentionNeeded)
        def attention_needed(self, event: AttentionNeeded, tx: Transaction) -> None:
            tx.session.execute(insert(handled).values(person_id=event.person_id))

    settings = ServiceSettings.load()
    database = Database(settings.database_url.get_secret_value(), name="bench", pool_size=10)
    run_worker(Bench, settings, database.unit_of_work(Transaction), inbox=inbox)


if __name__ == "__main__":
    sys.exit(roles.main())
