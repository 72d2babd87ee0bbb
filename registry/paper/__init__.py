"""How does a form look on paper, filled in or empty?"""
