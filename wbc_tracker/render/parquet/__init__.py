"""As Parquet."""
