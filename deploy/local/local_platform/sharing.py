"""How test files are shared among workers: those that stand on one platform go to one worker, which starts it once."""

from typing import Any

import pytest

# Every test below these folders uses the platform of its worker.
_ON_ONE_PLATFORM = ("tests/contracts/", "tests/journeys/", "tests/accessibility/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file at a time, as `--dist loadfile`, but for folders that share a platform."""
    from xdist.scheduler.loadfile import LoadFileScheduling

    class ByPlatform(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            for folder in _ON_ONE_PLATFORM:
                if nodeid.startswith(folder):
                    return folder
            return str(super()._split_scope(nodeid))

    return ByPlatform(config, log)
