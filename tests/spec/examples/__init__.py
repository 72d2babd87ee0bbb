"""Which records keep and which break each edit check? One module per theme, each with EXAMPLES."""
