"""A simulated phone network that stands in for Twilio."""
