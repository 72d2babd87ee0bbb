"""What do people see? Each view asks, calls an action or a query, and answers with a page."""
