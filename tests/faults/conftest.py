"""One durable platform for the crash proofs."""

import pytest

from local_platform.demo import Demo


@pytest.fixture(scope="module")
def demo():
    """PostgreSQL syncs its writes: what is killed must find what it had confirmed. Frames leave back to back: more are
    filed here than slots of some length could take."""
    with Demo(release="every:2", durable=True, pump_seconds=1, slot_seconds=0) as platform:
        yield platform
