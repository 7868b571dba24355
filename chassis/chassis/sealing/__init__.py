"""Sealing: age envelopes, padding, receipts and field encryption. Nothing here does I/O on its own."""
