"""What every test of the project may ask for: private real servers (see local_platform.testing)."""

import chassis  # noqa: F401  (before the tests of chassis/tests, whose folder would otherwise take its name)
