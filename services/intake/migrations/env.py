from chassis.migrations import run
from intake.store.tables import metadata

run(metadata)
