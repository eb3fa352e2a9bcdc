"""Word templates: fields in, a letter out."""
