"""Which of several dates ended the time, and which state held on each day?"""
