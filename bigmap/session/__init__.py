"""The open document: the only mutable state."""
