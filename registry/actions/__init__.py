"""Every write of the registry: one file per deed."""
