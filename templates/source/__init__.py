"""The source of the shipped Word templates: their words as text, their looks as code.

`.venv/bin/python templates/source` writes every .docx under `templates/` anew, the same
bytes each time. To change the words of a shipped template, edit its text in `words/`.
An office that has its own copy of the templates edits them in Word and needs none of
this.
"""
