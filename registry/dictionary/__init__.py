"""The language of the data dictionary: items, codes, values and edit checks. Pure Python."""
