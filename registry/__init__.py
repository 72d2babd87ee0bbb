"""What is collected, how it gets in, who changed it."""
