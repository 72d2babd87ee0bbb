"""Is Engraft wired to its surroundings as config/ says?"""
