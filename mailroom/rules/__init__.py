"""The rule language: reads `rules/`, and says which drawer a message belongs to."""
