"""An office in a box: sample mail, a loopback mail server, and the walk through it."""
