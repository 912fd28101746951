"""What is published: Arrow schemas and tables, Parquet, the card, its plots, the manifest."""
