"""Private servers, started natively from the packages of the machine."""
