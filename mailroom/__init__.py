"""mailroom: the correspondence desk of an office."""

__version__ = "0.1.0"
