"""What is learned: features, layers, outputs, and models as plain data."""
