"""The door to the mail servers: IMAP and SMTP."""
