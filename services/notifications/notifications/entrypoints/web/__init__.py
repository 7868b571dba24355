"""The feed of public events, over HTTP."""
