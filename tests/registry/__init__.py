"""Does the registry keep what it gets, and show it to its own only?"""
