"""The back office of screeners and referents."""
