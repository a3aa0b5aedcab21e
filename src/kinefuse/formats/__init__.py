"""Files <-> nouns; nothing else touches a file format."""
