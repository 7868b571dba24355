"""Every test run may ask for private servers: see local_platform.testing."""

pytest_plugins = ["local_platform.testing", "local_platform.proof", "local_platform.sharing"]
