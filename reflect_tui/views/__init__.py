"""What a screen or a plain print-out says: values and a width in, lines of styled text out."""
