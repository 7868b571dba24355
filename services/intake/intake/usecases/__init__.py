"""What intake can do, one function per intention, each in one unit of work."""
