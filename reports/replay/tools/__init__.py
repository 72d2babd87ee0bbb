"""The tools of study.R and study.py: they go into the ZIP as they stand, and import no reports."""
