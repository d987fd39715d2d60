"""The bytes of a file: their encoding, and the sheet of a workbook."""
