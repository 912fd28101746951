"""The straight line from raw files to a published dataset."""
