"""The desk in the browser: pages on which people decide."""
