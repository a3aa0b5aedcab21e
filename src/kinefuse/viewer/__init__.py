"""Something to watch: the attitudes and points of a body, small enough for a page of its own."""
