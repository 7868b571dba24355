"""What identity-vault can do, one function per intention."""
