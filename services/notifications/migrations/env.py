from chassis.migrations import run
from notifications.store.public_tables import metadata

run(metadata)
