"""The provider's price list of the CdG 62's market, as printed, in its two readings."""

import tomllib
from importlib import resources
from typing import Any


def load() -> dict[str, Any]:
    """The list's data, for billing.domain.catalogue."""
    return tomllib.loads(resources.files("billing.reference").joinpath("lot2_cdg62.toml").read_text())
