"""As CSV and Parquet."""
