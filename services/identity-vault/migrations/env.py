from chassis.migrations import run
from identity_vault.store.tables import metadata

run(metadata)
