"""From a vendor's files to a session: which sensor is where, and all on one clock."""
