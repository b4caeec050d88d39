"""Printed documents: what a document says as a ``Paper``, and one paper as PDF and as Word.

A document is a ``Document`` (its name and template) and a pure function that makes its paper of records. The
two printers know no document, and no builder knows a printer.
"""
