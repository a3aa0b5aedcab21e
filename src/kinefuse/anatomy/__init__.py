"""What a body is: segments, joints, their angles and the frames that markers span."""
