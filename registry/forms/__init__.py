"""How does a record become a form, and what was typed into it a record again?"""
