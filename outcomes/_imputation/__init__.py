"""How are missing values drawn, and completed analyses pooled?"""
