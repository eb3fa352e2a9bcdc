"""Reads the words of attachments: text, tables, Word, Excel, PDF, invitations, mail.

Only when somebody asks: most letters are sorted without a look into what is attached.
"""

from mailroom.message.attachment_text.kinds import read_text

__all__ = ["read_text"]
