"""Files that go into an export as they are."""
