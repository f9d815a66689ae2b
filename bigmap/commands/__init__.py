"""What a user can do, as a table of data."""
