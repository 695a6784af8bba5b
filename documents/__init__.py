"""What is printed: data in, PDF bytes out."""
