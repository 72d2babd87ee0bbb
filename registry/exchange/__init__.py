"""How do tables of centres come in, and go back with what is to be corrected?"""
