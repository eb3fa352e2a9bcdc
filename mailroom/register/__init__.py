"""The register: the office's one book of messages, cases, drafts and promises."""
