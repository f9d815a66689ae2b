"""The window: the only place, with ``bigmap.app``, that knows Qt."""
