"""Which published studies does the registry answer, and how does a study become a document?"""
