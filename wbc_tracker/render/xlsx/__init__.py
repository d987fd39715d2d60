"""As a workbook for spreadsheets."""
