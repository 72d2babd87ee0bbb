"""Is each edit check right? Tiny tables that also print as the data dictionary's examples."""
