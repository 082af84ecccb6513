"""Treatment given at a visit: counted against the library's number (``caps``), said in words."""
