"""Does the benchmark measure what it says?"""
