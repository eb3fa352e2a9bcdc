"""Reads the YAML files that office people edit."""

from mailroom.yamlfile.nodes import Block, Listing, Node, Scalar, Word
from mailroom.yamlfile.parse import parse_yaml, read_yaml
from mailroom.yamlfile.proofread import Proofreader

__all__ = [
    "Block",
    "Listing",
    "Node",
    "Proofreader",
    "Scalar",
    "Word",
    "parse_yaml",
    "read_yaml",
]
