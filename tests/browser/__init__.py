"""The pages of the registry in a real Chromium."""
