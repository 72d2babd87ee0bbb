"""What is asked of Cox models once they are fitted, one at a time or many beside each other?"""
