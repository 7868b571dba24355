from analytics.store.tables import metadata
from chassis.migrations import run

run(metadata)
