"""The registry for programs: version 1 of its REST API (docs/api.md)."""
