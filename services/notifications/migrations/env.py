from chassis.migrations import run
from notifications.store.tables import metadata

run(metadata)
