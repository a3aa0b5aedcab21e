"""Everything the paper did, in order, from extracted markers to one page."""
