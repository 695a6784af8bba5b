"""What is decided. No Flask, no HTML, no clock: house, person, today and now are arguments."""


class Refused(Exception):
    """A rule says no. Subclasses name the reason; views/refusals.py says it in words."""
