"""When something is due, who is asked next, and what ends it."""
