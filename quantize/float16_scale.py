"""What a scale must be where it is stored as float16."""

# float16's smallest normal number. Smaller ones have fewer digits, and an accelerator may take them for zero.
SMALLEST_SCALE = 2.0**-14
