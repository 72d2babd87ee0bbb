"""Does the REST API keep its word?"""
