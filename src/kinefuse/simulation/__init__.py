"""Bodies that move and the sensors they would wear."""
