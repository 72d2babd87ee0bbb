"""How do a centre's records leave as files of a statistics program? Tables, their words, the ZIP."""
