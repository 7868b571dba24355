"""What casework can do, one function per intention."""
