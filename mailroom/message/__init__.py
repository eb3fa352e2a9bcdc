"""Turns bytes into a Message, and a reply into bytes."""
