"""What a sheet of Excel holds."""

ROWS_A_SHEET = 1_048_575
"""Rows below the header: Excel's limit of 2^20, less one."""
