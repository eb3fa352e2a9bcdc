"""When it happens: polls, hints, leases, and a clean stop."""
