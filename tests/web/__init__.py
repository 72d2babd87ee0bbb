"""The pages of the registry, asked for as three people."""
