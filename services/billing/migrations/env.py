from billing.store.tables import metadata
from chassis.migrations import run

run(metadata)
