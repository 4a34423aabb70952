"""Instruments in the formats of other programs: bytes in, an instrument's own document out, and back."""

FORMATS = ("xlsx", "ods", "csv", "xlsform", "fhir")
"""What an instrument can be written as."""
TABLES = ("xlsx", "ods", "csv")
"""Those of them that are a spreadsheet with a row for each statement."""
