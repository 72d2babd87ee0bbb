"""Which survival statistics are there? Arrays in, frozen results out; no files, no clock."""
