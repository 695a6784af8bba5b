"""What is decided. No Flask, no HTML, no clock: house, person, today and now are arguments."""
