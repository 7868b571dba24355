"""Pages of billing: the managers' back office, and the page where an invited person binds an account."""
